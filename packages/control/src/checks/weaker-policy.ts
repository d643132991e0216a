import {
  type ApprovalDemand,
  type GroupName,
  type KeyDemand,
  type ReleasePolicy,
  releaseGates,
  type StagePolicy,
  stageOfGroup,
  stages,
} from '@fettle/model';

/**
 * What a change of policy lets through that was held before, or may: demands in CEL cannot be compared, so a changed one
 * counts.
 * @param after undefined: nothing is demanded any more
 * @returns one phrase each; empty when the new policy demands as much for sure
 */
export function weakenings(before: ReleasePolicy | undefined, after: ReleasePolicy | undefined): readonly string[] {
  if (!before) return [];
  if (!after) return ['nothing is demanded any more'];
  return [
    ...before.stages.flatMap((stage) => stageWeakenings(stage, after)),
    ...groupsOf(before, after).flatMap((group) => groupWeakening(group, before, after)),
    ...settingWeakenings(before, after),
    ...keyWeakenings('waivers', before.waivers, after.waivers),
    ...(before.dataSets ? keyWeakenings('vulnerability data', before.dataSets, after.dataSets) : []),
    ...(before.onNewFindings === 'hold' && after.onNewFindings === 'alert' ? ['new findings are only told'] : []),
  ];
}

/** The stage of a group, when it is milder than the strictest: whoever decides which devices it has lowers demands. */
export function milderStageOf(policy: ReleasePolicy | undefined, group: GroupName): StagePolicy | undefined {
  const stage = policy && stageOfGroup(policy, group);
  return stage === policy?.stages.at(-1) ? undefined : stage;
}

/** Whether a stage of a policy names a group: then saving it is a change of the policy. */
export function isNamedByPolicy(policy: ReleasePolicy | undefined, group: GroupName): boolean {
  return policy?.stages.some(({ groups }) => groups.includes(group)) ?? false;
}

function stageWeakenings({ stage, demands, approvals }: StagePolicy, after: ReleasePolicy): readonly string[] {
  const next = after.stages.find((one) => one.stage === stage);
  if (!next) return [`the stage ${stage} is gone`];
  const lost = demands.flatMap(({ gate, when }) => {
    const now = next.demands.find((one) => one.gate === gate);
    if (now?.when === when) return [];
    return [now ? `${stage} demands something else of ${gate}` : `${stage} demands nothing of ${gate} any more`];
  });
  return [...lost, ...approvals.flatMap((one) => approvalWeakening(stage, one, next))];
}

function approvalWeakening(
  stage: string,
  { meaning, role, count }: ApprovalDemand,
  { approvals }: StagePolicy,
): readonly string[] {
  const now = approvals.find((one) => one.meaning === meaning && one.role === role)?.count ?? 0;
  return now >= count ? [] : [`${stage} asks ${now} instead of ${count} × "${meaning}" by ${role}`];
}

function groupsOf(...policies: readonly ReleasePolicy[]): readonly GroupName[] {
  return [...new Set(policies.flatMap((policy) => policy.stages.flatMap(({ groups }) => groups)))];
}

function groupWeakening(group: GroupName, before: ReleasePolicy, after: ReleasePolicy): readonly string[] {
  const [was, is] = [stageOfGroup(before, group)?.stage, stageOfGroup(after, group)?.stage];
  if (!was || !is || stages.indexOf(is) >= stages.indexOf(was)) return [];
  return [`group ${group} is in ${is} instead of ${was}`];
}

function settingWeakenings(before: ReleasePolicy, after: ReleasePolicy): readonly string[] {
  const changed = releaseGates.filter(
    (gate) => JSON.stringify(before.settings[gate] ?? {}) !== JSON.stringify(after.settings[gate] ?? {}),
  );
  return changed.map((gate) => `the settings of ${gate} are others`);
}

function keyWeakenings(what: string, before: KeyDemand, after: KeyDemand | undefined): readonly string[] {
  if (!after) return [`${what} count without signatures`];
  return [
    ...(after.keys.some((key) => !before.keys.includes(key)) ? [`other keys sign ${what}`] : []),
    ...(after.threshold < before.threshold
      ? [`${what} need ${after.threshold} instead of ${before.threshold} keys`]
      : []),
  ];
}
