import { createHash } from 'node:crypto';
import { type Context, jsonIn } from './context.ts';
import { type NoteKey, proveEntry } from './log.ts';
import { at, fieldsOf, listOf, sameValue, textOf } from './values.ts';

const file = 'audit/events.json';

/** What stands where something was erased. */
const erasedTexts: Readonly<Record<string, string>> = { actor: 'operator:[erased]', reason: '[erased]' };

/**
 * Every event is in the log and says what its entry commits to. With a pinned log nothing else counts for the rules that
 * follow: an event without a proof is what the holder of the evidence key says. With pinned witnesses, one of them has to
 * have seen the checkpoint of the event too: the holder of the log's key may have a second log for dossiers.
 */
export function checkLog({ files, report, pins, log, events }: Context): void {
  const isPinned = pins.logs.length > 0;
  if (!isPinned)
    report.lack(
      'NO LOG WAS PINNED: who published, checked, approved and rolled out, and when, is what the holder of the evidence key says, and may be made up. Give --vkey.',
    );
  report.rule('log', file, (refuse) => {
    const told = listOf(jsonIn(files, file));
    let [older, alone, erased] = [0, 0, 0];
    const cosigners = new Set<string>();
    for (const one of told) {
      const isProven = at(one, 'proof') !== null;
      if (isProven && !log) refuse('there is no key of the log', 'keys/log.vkey');
      const cosigned = isProven && log ? checkEvent(one, log, pins.witnesses) : [];
      for (const name of cosigned) cosigners.add(name);
      const isSeen = pins.witnesses.length === 0 || cosigned.length > 0;
      if (!isProven) older++;
      else if (!isSeen) alone++;
      if (isProven ? isSeen : !isPinned) events.push(at(one, 'event'));
      if (Object.entries(erasedTexts).some(([name, text]) => at(one, 'event', name) === text)) erased++;
    }
    const counting = isPinned ? ': they count for nothing' : '';
    if (older > 0) report.note(`${older} events are in an earlier log and not proven here${counting}`);
    if (alone > 0)
      report.note(`no witness that was named has cosigned the proof of ${alone} events: they count for nothing`);
    if (erased > 0) report.note(`of ${erased} events the actor or the reason was erased: they show no more who or why`);
    if (pins.witnesses.length > 0 && cosigners.size === 0) refuse('no witness whose key was given has cosigned');
    return `${told.length - older} events proven, cosigned by ${[...cosigners].join(', ') || 'no witness that was named'}`;
  });
}

/** @returns witnesses who cosigned @throws Error */
function checkEvent(one: unknown, log: NoteKey, witnesses: readonly NoteKey[]): readonly string[] {
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
    throw new Error(`event ${String(event.sequence)}: ${error instanceof Error ? error.message : 'not readable'}`);
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
    const isErased = commitments[name] !== undefined && salt === undefined && event[name] === erasedTexts[name];
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
