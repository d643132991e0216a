import { type Context, fileIn, jsonIn } from './context.ts';
import { policyFile } from './rules-policy.ts';
import { type Key, keyOf, openStatement, sha256 } from './signatures.ts';
import { at, fieldsOf, listOf, sameValue, textOf } from './values.ts';

/** Statements are signed, speak of these artifacts, and the verdict over all follows from them and the policy. */
export function checkEvidence(context: Context): void {
  const { files, report, dossier, statements, evidenceKeys } = context;
  const artifacts = new Set(listOf(at(dossier, 'artifacts')).map((one) => textOf(at(one, 'sha256'))));
  const entries = listOf(at(dossier, 'evidence'));
  for (const entry of entries.filter((one) => ['statement', 'summary'].includes(textOf(at(one, 'kind'))))) {
    const file = textOf(at(entry, 'file'));
    // The same statement may stand for two places of the same bytes.
    if (statements.has(file)) continue;
    report.rule('statement', file, (refuse) => {
      const statement = openStatement(fileIn(files, file), evidenceKeys);
      const isOwn = statement.subjects.length > 0 && statement.subjects.every((digest) => artifacts.has(digest));
      if (!isOwn) refuse('it speaks of an artifact that is not of this release');
      statements.set(file, statement);
      return `${statement.predicateType} of ${file}`;
    });
  }
  const summary = entries.find((one) => at(one, 'kind') === 'summary');
  if (summary) checkSummary(context, textOf(at(summary, 'file')));
  else if (at(dossier, 'check') !== null) {
    report.rule('summary', 'dossier.json', (refuse) => {
      refuse('a check cleared the release, but no signed summary of it is here');
      return '';
    });
  }
  checkWaivers(context);
}

function checkSummary({ files, report, dossier, statements, events }: Context, file: string): void {
  report.rule('summary', file, (refuse) => {
    const predicate = statements.get(file)?.predicate;
    if (!predicate) throw new Error('it was not opened');
    const present = new Set([...files.values()].map((bytes) => sha256(bytes)));
    for (const input of listOf(at(predicate, 'inputAttestations'))) {
      const digest = textOf(at(input, 'digest', 'sha256'));
      if (!present.has(digest)) refuse(`it rests on the statement ${digest}, which is not here`);
    }
    const judgedBy = textOf(at(predicate, 'policy', 'digest', 'sha256'));
    if (!present.has(judgedBy)) refuse(`it rests on the policy ${judgedBy}, which is not here`);
    const clearance = jsonIn(files, 'gates/clearance.json');
    if (at(clearance, 'check') !== at(dossier, 'check')) refuse('it is of another check', 'gates/clearance.json');
    const isSame = judgedBy === at(dossier, 'policy') && sameValue(at(predicate, 'stages'), at(clearance, 'stages'));
    if (!isSame) {
      const release = `release/${textOf(at(dossier, 'release'))}`;
      if (!events.some((one) => at(one, 'verb') === 'release.rejudged' && at(one, 'object') === release))
        refuse('the log does not tell that it was judged anew, but the summary says otherwise', 'gates/clearance.json');
      report.note(
        'the release was judged anew after the summary was signed: see release.rejudged in audit/events.json',
      );
    }
    const stages = listOf(at(clearance, 'stages'));
    const demanded = listOf(at(jsonIn(files, policyFile), 'stages'));
    for (const stage of stages) checkStage(stage, demanded, (why) => refuse(why, 'gates/clearance.json'));
    const passed = stages.filter((stage) => at(stage, 'verdict') === 'pass').map((stage) => textOf(at(stage, 'stage')));
    const result = at(predicate, 'verificationResult');
    if (isSame && result !== (passed.length > 0 ? 'PASSED' : 'FAILED'))
      refuse(`it says ${String(result)}, its stages say otherwise`);
    return `cleared for ${passed.join(', ') || 'no stage'}`;
  });
}

/** A stage passes only when every gate that its policy demands is there and passes. */
function checkStage(stage: unknown, demanded: readonly unknown[], refuse: (why: string) => void): void {
  const name = textOf(at(stage, 'stage'));
  const gates = listOf(at(stage, 'gates'));
  const policy = demanded.find((one) => at(one, 'stage') === name);
  if (!policy) refuse(`the policy has no stage ${name}`);
  const lacking = listOf(at(policy, 'demands')).filter(
    (one) => !gates.some((gate) => at(gate, 'gate') === at(one, 'gate') && at(gate, 'verdict') === 'pass'),
  );
  if ((at(stage, 'verdict') === 'pass') !== (lacking.length === 0))
    refuse(`${name} is said to ${textOf(at(stage, 'verdict'))}, its gates say otherwise`);
}

/** Exceptions that a signed summary rests on are here and signed by enough of the policy's keys. */
function checkWaivers({ files, report, pins, statements, dossier }: Context): void {
  const used = new Map(
    [...statements.values()].flatMap(({ predicate }) =>
      listOf(at(predicate, 'waivers')).map((told) => [textOf(at(told, 'sha256')), { told, predicate }] as const),
    ),
  );
  if (used.size === 0) return;
  if (pins.waiver.length === 0)
    report.lack(
      `NO WAIVER KEY WAS PINNED: the verdict may rest on ${used.size} exceptions, signed by keys that only the policy names. Give --waiver-key.`,
    );
  const there = new Map([...files].map(([path, bytes]) => [sha256(bytes), path]));
  for (const [digest, { told, predicate: summary }] of used) {
    const file = there.get(digest);
    if (file === undefined) {
      report.note(`waiver ${digest.slice(0, 16)}, which the summary names, was revoked since or is not here`);
      continue;
    }
    report.rule('waiver', file, (refuse) => {
      // The policy of that time: the release may have been judged by another since.
      const judgedBy = textOf(at(summary, 'policy', 'digest', 'sha256'));
      const waivers = at(jsonIn(files, there.get(judgedBy) ?? policyFile), 'waivers');
      const { predicate, signedBy } = openStatement(fileIn(files, file), waiverKeys(waivers, pins.waiver));
      const threshold = Number(at(waivers, 'threshold'));
      // A threshold that is no number demands more than there are.
      if (!(new Set(signedBy.map(({ id }) => id)).size >= threshold))
        refuse(`fewer than ${threshold} keys of the policy have signed it`);
      if (at(predicate, 'fleet') !== at(dossier, 'fleet')) refuse('it is of another fleet');
      for (const name of ['gate', 'rule', 'reason', 'author'])
        if (!sameValue(fieldsOf(predicate)[name], at(told, name))) refuse(`${name} is another than the summary tells`);
      return `${textOf(at(predicate, 'gate'))}/${textOf(at(predicate, 'rule'))}`;
    });
  }
}

/** Keys that the policy lets sign exceptions; of these only pinned ones, as soon as any is pinned. */
function waiverKeys(waivers: unknown, pinned: readonly Key[]): readonly Key[] {
  const named = listOf(at(waivers, 'keys')).map((pem) => keyOf(textOf(pem)));
  return pinned.length === 0 ? named : named.filter(({ id }) => pinned.some((key) => key.id === id));
}
