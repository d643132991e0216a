import { type Context, fileIn, jsonIn } from './context.ts';
import { isWorse } from './rules-judged.ts';
import { policyFile } from './rules-policy.ts';
import { keyOf, openStatement, sha256 } from './signatures.ts';
import { at, listOf, textOf } from './values.ts';

/** Approvals are signed, of this manifest, of people who did not publish it, and as many as the policy demands. */
export function checkApprovals(context: Context): void {
  const { files, report, dossier } = context;
  const valid = listOf(at(dossier, 'approvals')).filter((one) => checkApproval(context, one));
  report.rule('approvals', 'dossier.json', (refuse) => {
    const started = new Set(
      listOf(at(dossier, 'rollouts'))
        .map((one) => jsonIn(files, textOf(at(one, 'file'))))
        .filter((one) => at(one, 'startedAt') !== null)
        .map((one) => at(one, 'group')),
    );
    const stages = at(dossier, 'policy') === null ? [] : listOf(at(jsonIn(files, policyFile), 'stages'));
    const told = stages.map((stage, i) => {
      const lacking = listOf(at(stage, 'approvals')).filter(
        (demand) => countOf(demand, standing(context, valid, textOf(at(stage, 'stage')))) < Number(at(demand, 'count')),
      );
      const words = lacking.map((one) => `${textOf(at(one, 'meaning'))} by ${textOf(at(one, 'role'))}`).join(', ');
      const isOf = (group: unknown) =>
        listOf(at(stage, 'groups')).includes(group) ||
        (i === stages.length - 1 && !stages.some((one) => listOf(at(one, 'groups')).includes(group)));
      const late = [...started].filter(isOf);
      const name = textOf(at(stage, 'stage'));
      if (words !== '' && late.length > 0)
        report.note(
          `${name} lacks ${words}, and rollouts to ${late.join(', ')} have started: devices are held until they are there, but for those that started before data named something new under a policy that only alerts`,
        );
      return `${name} ${words === '' ? 'complete' : `lacks ${words}`}`;
    });
    const people = valid.map((one) => textOf(at(one, 'person')));
    const own = actorsOf(context.events).filter((actor) => people.some((id) => actor === `person:${id}`));
    if (own.length > 0) refuse(`${own.join(', ')} approved a release of their own`);
    return told.join('; ') || 'none demanded';
  });
}

/** Of the approvals those that count for a stage: of today's check, and nothing is worse than it was shown. */
function standing({ files, dossier }: Context, approvals: readonly unknown[], stage: string): readonly unknown[] {
  return approvals.filter((one) => {
    if (at(one, 'check') !== at(dossier, 'check')) return false;
    // From before it was kept what was shown.
    if (at(one, 'judged') === undefined) return true;
    if (listOf(at(one, 'void')).some((lost) => at(lost, 'stage') === stage)) return false;
    return !isWorse(jsonIn(files, textOf(at(one, 'judgedFile'))), jsonIn(files, 'gates/judged.json'), stage);
  });
}

function countOf(demand: unknown, approvals: readonly unknown[]): number {
  const fits = approvals.filter(
    (one) => at(one, 'meaning') === at(demand, 'meaning') && at(one, 'role') === at(demand, 'role'),
  );
  return new Set(fits.map((one) => at(one, 'person'))).size;
}

/** Who published the release and who had it checked. */
function actorsOf(events: readonly unknown[]): readonly string[] {
  const acts = ['release.published', 'check.requested'];
  return events.filter((event) => acts.includes(textOf(at(event, 'verb')))).map((event) => textOf(at(event, 'actor')));
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
    if (textOf(at(predicate, 'judged', 'sha256')) !== textOf(at(told, 'judged')))
      refuse('it was given on another judgement than dossier.json tells');
    if (
      at(told, 'judged') !== undefined &&
      sha256(fileIn(files, textOf(at(told, 'judgedFile')))) !== at(told, 'judged')
    )
      refuse('what was shown is not what was signed', textOf(at(told, 'judgedFile')));
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
