import { createHash } from 'node:crypto';
import { type Context, jsonIn } from './context.ts';
import { type NoteKey, proveEntry } from './log.ts';
import { at, fieldsOf, listOf, sameValue, textOf } from './values.ts';

const file = 'audit/events.json';

/** Every event is in the log, says what its entry commits to, and the acts that a dossier rests on are among them. */
export function checkAudit(context: Context): void {
  const { files, report, log, witnesses } = context;
  report.rule('log', file, (refuse) => {
    const events = listOf(jsonIn(files, file));
    let older = 0;
    const cosigners = new Set<string>();
    for (const one of events) {
      const number = String(at(one, 'event', 'sequence'));
      if (at(one, 'proof') === null) older++;
      else if (!log) refuse('there is no key of the log', 'keys/log.vkey');
      else for (const name of checkEvent(one, number, log, witnesses)) cosigners.add(name);
    }
    if (older > 0) report.note(`${older} events are in an earlier log and not proven here`);
    if (witnesses.length > 0 && cosigners.size === 0) refuse('no witness whose key was given has cosigned');
    return `${events.length - older} events proven, cosigned by ${[...cosigners].join(', ') || 'no witness that was named'}`;
  });
  report.rule('acts', file, (refuse) => {
    const events = listOf(jsonIn(files, file)).map((one) => at(one, 'event'));
    const acts = (verb: string) => events.filter((event) => at(event, 'verb') === verb);
    const release = `release/${textOf(at(context.dossier, 'release'))}`;
    const published = acts('release.published').find((event) => at(event, 'object') === release);
    if (!published) refuse('nobody published the release');
    const approvals = listOf(at(context.dossier, 'approvals'));
    for (const one of approvals) {
      const isTold = acts('release.approved').some(
        (event) =>
          at(event, 'after') === at(one, 'evidence') && at(event, 'actor') === `person:${textOf(at(one, 'person'))}`,
      );
      if (!isTold) refuse(`the log does not tell of the approval ${textOf(at(one, 'file'))}`);
    }
    const wasRevoked = acts('release.revoked').length > 0;
    if (wasRevoked !== (at(context.dossier, 'status') === 'revoked'))
      refuse('the log and dossier.json differ on whether it was revoked');
    for (const one of listOf(at(context.dossier, 'rollouts'))) {
      if (!acts('rollout.created').some((event) => at(event, 'object') === `rollout/${textOf(at(one, 'id'))}`))
        refuse(`nobody made the rollout ${textOf(at(one, 'id'))}`);
    }
    return `published, ${approvals.length} approvals, ${acts('rollout.created').length} rollouts`;
  });
}

/** @returns witnesses who cosigned @throws Error */
function checkEvent(one: unknown, number: string, log: NoteKey, witnesses: readonly NoteKey[]): readonly string[] {
  const text = textOf(at(one, 'proof', 'entry'));
  const event = fieldsOf(at(one, 'event'));
  try {
    const proven = proveEntry(textOf(at(one, 'proof', 'inclusion')), text, log, witnesses);
    const entry = fieldsOf(JSON.parse(text));
    for (const name of ['sequence', 'verb', 'object', 'fleet', 'before', 'after']) {
      if (!sameValue(entry[name] ?? null, event[name])) throw new Error(`${name} is another than in the log`);
    }
    if (Date.parse(textOf(entry.ts)) !== event.at) throw new Error('its time is another than in the log');
    openCommitments(entry, event, listOf(at(one, 'proof', 'salts')));
    return proven.witnesses;
  } catch (error) {
    throw new Error(`event ${number}: ${error instanceof Error ? error.message : 'not readable'}`);
  }
}

/** Actor and reason stand in the log as salted digests; what was erased stays closed. */
function openCommitments(entry: unknown, event: Readonly<Record<string, unknown>>, salts: readonly unknown[]): void {
  const commitments = fieldsOf(at(entry, 'commitments'));
  for (const name of ['actor', 'reason']) {
    const salt = salts.find((one) => at(one, 'field') === name);
    const made = createHash('sha256')
      .update(Buffer.from(textOf(at(salt, 'salt')), 'hex'))
      .update(textOf(event[name]))
      .digest('hex');
    const isErased = commitments[name] !== undefined && salt === undefined && textOf(event[name]).endsWith('[erased]');
    if (commitments[name] !== undefined && !isErased && commitments[name] !== made)
      throw new Error(`${name} is another than in the log`);
    if (name === 'reason' && commitments[name] === undefined && event[name] !== '')
      throw new Error('the log has no reason');
    if (name === 'actor' && commitments[name] === undefined) {
      const { kind, id } = fieldsOf(at(entry, 'actor'));
      if (event.actor !== (id === undefined ? kind : `${textOf(kind)}:${textOf(id)}`))
        throw new Error('actor is another than in the log');
    }
  }
}
