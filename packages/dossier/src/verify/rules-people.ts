import { type Context, fileIn, jsonIn } from './context.ts';
import { keyOf, openStatement, sha256 } from './signatures.ts';
import { at, listOf, textOf } from './values.ts';

/** Approvals are signed, of this manifest, of people who did not publish it, and as many as the policy demands. */
export function checkApprovals(context: Context): void {
  const { files, report, dossier } = context;
  const valid = listOf(at(dossier, 'approvals')).filter((one) => checkApproval(context, one));
  if (!files.has('gates/policy.json')) return;
  report.rule('approvals', 'dossier.json', (refuse) => {
    const started = new Set(
      listOf(at(dossier, 'rollouts'))
        .map((one) => jsonIn(files, textOf(at(one, 'file'))))
        .filter((one) => at(one, 'startedAt') !== null)
        .map((one) => at(one, 'group')),
    );
    const stages = listOf(at(jsonIn(files, 'gates/policy.json'), 'stages'));
    const told = stages.map((stage, i) => {
      const lacking = listOf(at(stage, 'approvals')).filter(
        (demand) => countOf(demand, valid, at(dossier, 'check')) < Number(at(demand, 'count')),
      );
      const words = lacking.map((one) => `${textOf(at(one, 'meaning'))} by ${textOf(at(one, 'role'))}`).join(', ');
      const isOf = (group: unknown) =>
        listOf(at(stage, 'groups')).includes(group) ||
        (i === stages.length - 1 && !stages.some((one) => listOf(at(one, 'groups')).includes(group)));
      const late = [...started].filter(isOf);
      const name = textOf(at(stage, 'stage'));
      if (words !== '' && late.length > 0)
        report.note(
          `${name} lacks ${words}, and rollouts to ${late.join(', ')} have started: devices are held until they are there`,
        );
      return `${name} ${words === '' ? 'complete' : `lacks ${words}`}`;
    });
    const people = valid.map((one) => textOf(at(one, 'person')));
    const own = actorsOf(jsonIn(files, 'audit/events.json')).filter((actor) =>
      people.some((id) => actor === `person:${id}`),
    );
    if (own.length > 0) refuse(`${own.join(', ')} approved a release of their own`);
    return told.join('; ') || 'none demanded';
  });
}

function countOf(demand: unknown, approvals: readonly unknown[], check: unknown): number {
  const fits = approvals.filter(
    (one) =>
      at(one, 'check') === check &&
      at(one, 'meaning') === at(demand, 'meaning') &&
      at(one, 'role') === at(demand, 'role'),
  );
  return new Set(fits.map((one) => at(one, 'person'))).size;
}

/** Who published the release and who had it checked. */
function actorsOf(events: unknown): readonly string[] {
  const acts = ['release.published', 'check.requested'];
  return listOf(events)
    .filter((one) => acts.includes(textOf(at(one, 'event', 'verb'))))
    .map((one) => textOf(at(one, 'event', 'actor')));
}

function checkApproval({ files, report, dossier, evidenceKeys }: Context, told: unknown): boolean {
  const file = textOf(at(told, 'file'));
  const before = report.refusals.length;
  report.rule('approval', file, (refuse) => {
    const bytes = fileIn(files, file);
    if (sha256(bytes) !== at(told, 'evidence')) refuse('it is not the statement that dossier.json names');
    const { subjects, predicate, predicateType } = openStatement(bytes, evidenceKeys);
    if (predicateType !== 'https://fettle.dev/approval/v1') refuse('it is no approval');
    if (subjects[0] !== at(dossier, 'manifest') || at(predicate, 'manifest', 'sha256') !== at(dossier, 'manifest'))
      refuse('it is of another manifest');
    for (const name of ['meaning', 'role', 'reason', 'method', 'check'])
      if (at(predicate, name) !== at(told, name)) refuse(`${name} is another than dossier.json tells`);
    if (
      at(predicate, 'person', 'id') !== at(told, 'person') ||
      at(predicate, 'person', 'fullName') !== at(told, 'fullName')
    )
      refuse('it is of another person than dossier.json tells');
    if (Date.parse(textOf(at(predicate, 'signedAt'))) !== at(told, 'at'))
      refuse('its time is another than dossier.json tells');
    if (at(predicate, 'method') === 'key') openStatement(bytes, [keyOf(textOf(at(predicate, 'key', 'publicKeyPem')))]);
    return `${textOf(at(told, 'meaning'))} by ${textOf(at(told, 'fullName'))}`;
  });
  return report.refusals.length === before;
}
