import { type Context, fileIn, jsonIn } from './context.ts';
import { sha256 } from './signatures.ts';
import { at, listOf, textOf } from './values.ts';

const erased = '[erased]';

type Refuse = (why: string, where?: string) => void;

/** The acts that a dossier rests on are among the events that count, and are of this release. */
export function checkActs(context: Context): void {
  const { report, dossier } = context;
  report.rule('acts', 'audit/events.json', (refuse) => {
    checkPublication(context, refuse);
    if (at(dossier, 'check') !== null) checkChecked(context, refuse);
    const policy = at(dossier, 'policy');
    const isInForce = actsOn(context, 'fleet.policy-changed', `fleet/${textOf(at(dossier, 'fleet'))}`);
    if (policy !== null && !isInForce.some((event) => at(event, 'after') === policy))
      refuse('the log does not tell that the policy was ever in force which the release is held against');
    checkSigned(context, refuse);
    const wasRevoked = actsOn(context, 'release.revoked', releaseOf(context)).length > 0;
    if (wasRevoked !== (at(dossier, 'status') === 'revoked'))
      refuse('the log and dossier.json differ on whether it was revoked');
    const rollouts = listOf(at(dossier, 'rollouts'));
    for (const id of rollouts.map((one) => textOf(at(one, 'id'))))
      if (actsOn(context, 'rollout.created', `rollout/${id}`).length === 0)
        refuse(`the log does not tell that anybody made the rollout ${id}`);
    const approvals = listOf(at(dossier, 'approvals')).length;
    return `published, ${approvals} approvals, ${rollouts.length} rollouts`;
  });
}

/** Events of a kind about an object, oldest first. */
function actsOn({ events }: Context, verb: string, object: string): readonly unknown[] {
  return events
    .filter((event) => at(event, 'verb') === verb && at(event, 'object') === object)
    .sort((a, b) => Number(at(a, 'sequence')) - Number(at(b, 'sequence')));
}

function releaseOf({ dossier }: Context): string {
  return `release/${textOf(at(dossier, 'release'))}`;
}

/** Published was this manifest: its envelope, or under the image repository its version and counter. */
function checkPublication(context: Context, refuse: Refuse): void {
  const { files, dossier } = context;
  const [published] = actsOn(context, 'release.published', releaseOf(context));
  if (!published) {
    refuse('the log does not tell that anybody published the release');
    return;
  }
  const isEnvelope = () => at(published, 'after') === sha256(fileIn(files, 'manifests/manifest.dsse.json'));
  const reason = textOf(at(published, 'reason'));
  const words = `version ${textOf(at(dossier, 'version'))}, counter ${String(at(dossier, 'counter'))}, `;
  const isOwn = (reason === erased || reason.startsWith(words)) && (at(dossier, 'way') === 'targets' || isEnvelope());
  if (!isOwn || at(published, 'fleet') !== at(dossier, 'fleet'))
    refuse('what the log tells to have been published is another manifest');
  checkClearedBy(context, reason === erased ? undefined : reason.slice(words.length), refuse);
}

/** The check that the log names with the publication, or one that came after it where there was none. */
function checkClearedBy(context: Context, words: string | undefined, refuse: Refuse): void {
  const check = at(context.dossier, 'check');
  if (words === undefined) {
    if (check === null)
      refuse('what the log told of the publication was erased: that no check was demanded is not shown');
    return;
  }
  const isLater = actsOn(context, 'release.rejudged', releaseOf(context)).length > 0;
  const possible = [
    `cleared by ${check === null ? 'no check' : textOf(check)}, `,
    ...(isLater ? ['cleared by no check, '] : []),
  ];
  if (!possible.some((one) => words.startsWith(one)))
    refuse('the log tells that another check cleared it at its publication, or none');
}

/** The check that cleared it was of these artifacts: somebody asked for it, and it came to its end. */
function checkChecked(context: Context, refuse: Refuse): void {
  const { files, dossier } = context;
  const id = textOf(at(dossier, 'check'));
  const check = jsonIn(files, 'gates/check.json');
  const texts = (list: unknown, ...names: readonly string[]) =>
    listOf(list)
      .map((one) => names.map((name) => textOf(at(one, name))).join('/'))
      .sort();
  const subject = {
    fleet: at(dossier, 'fleet'),
    version: at(dossier, 'version'),
    artifacts: texts(at(dossier, 'artifacts'), 'deviceType', 'component', 'sha256'),
    supplied: texts(at(check, 'supplied'), 'kind', 'digest'),
  };
  const digest = sha256(JSON.stringify(subject));
  for (const verb of ['check.requested', 'check.done'])
    if (!actsOn(context, verb, `check/${id}`).some((event) => at(event, 'after') === digest))
      refuse(`the log does not tell of ${verb} by ${id} for these artifacts`);
}

/** Approvals are those that the log tells of and that nobody took back: no more, no fewer. */
function checkSigned(context: Context, refuse: Refuse): void {
  const stands = new Map<string, unknown>();
  const acts = ['release.approved', 'release.approval-withdrawn']
    .flatMap((verb) => actsOn(context, verb, releaseOf(context)))
    .sort((a, b) => Number(at(a, 'sequence')) - Number(at(b, 'sequence')));
  for (const event of acts) {
    if (at(event, 'verb') === 'release.approved') stands.set(textOf(at(event, 'after')), at(event, 'actor'));
    else stands.delete(textOf(at(event, 'before')));
  }
  for (const one of listOf(at(context.dossier, 'approvals'))) {
    const evidence = textOf(at(one, 'evidence'));
    const file = textOf(at(one, 'file'));
    if (!stands.has(evidence)) refuse(`the log does not tell of the approval ${file}, or tells that it was withdrawn`);
    else if (stands.get(evidence) !== `person:${textOf(at(one, 'person'))}`)
      refuse(`the log tells of the approval ${file} by somebody else`);
    stands.delete(evidence);
  }
  for (const evidence of stands.keys())
    refuse(`the log tells of the approval ${evidence.slice(0, 16)}, which is not here and which nobody withdrew`);
}
