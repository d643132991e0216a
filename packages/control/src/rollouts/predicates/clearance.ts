import {
  clearedFor,
  type Instant,
  missingApprovals,
  type Release,
  type ReleaseApproval,
  type Rollout,
  type Stage,
  stageOfGroup,
  whyVoid,
} from '@fettle/model';
import type { DecisionContext } from '../context.ts';
import type { Finding } from '../reason.ts';

/** As much of a case as clearance is about: nothing of a device. */
export interface ClearanceCase {
  readonly context: { readonly release: Release; readonly rollout: Pick<Rollout, 'group' | 'returns' | 'startedAt'> };
  readonly fleet: Pick<DecisionContext, 'fleet'>;
}

/** Whether the gates have cleared the release for the stage in which the rollout's group lives. */
export function* clearanceFindings({ context, fleet: { fleet } }: ClearanceCase): Generator<Finding> {
  const { release, rollout } = context;
  const policy = fleet.releasePolicy;
  const demanded = policy && stageOfGroup(policy, rollout.group);
  // Devices that are sent back run again what was cleared once: nobody is held on a bad release by a newer demand.
  if (!demanded || rollout.returns !== null) return;
  const { stage } = demanded;
  const cleared = clearedFor(release.clearance, stage);
  const remedy = `fettle release check ${release.version}`;
  if (!cleared) {
    if (demanded.demands.length > 0)
      yield { code: 'gate-failed', evidence: { stage, gates: 'were never run' }, remedy };
  } else if (cleared.verdict !== 'pass') {
    const gates = cleared.gates.filter((gate) => gate.verdict !== 'pass').map((gate) => `${gate.gate} ${gate.verdict}`);
    yield {
      code: 'gate-failed',
      evidence: { stage, gates: gates.join(', '), check: release.clearance?.check ?? '' },
      remedy,
    };
  }
  for (const { meaning, role, count, found } of missingApprovals(demanded, release, rollout.startedAt)) {
    const spoiled = whySpoiled(release, { stage, meaning, role, startedAt: rollout.startedAt });
    const evidence = { stage, meaning, role, count, found, ...(spoiled === '' ? {} : { void: spoiled }) };
    yield {
      code: 'awaiting-approval',
      evidence,
      remedy: `fettle release approve ${release.version} --meaning ${meaning}`,
    };
  }
}

interface Wanted extends Pick<ReleaseApproval, 'meaning' | 'role'> {
  readonly stage: Stage;
  readonly startedAt: Instant | null;
}

/** Why signatures that are there do not count, each reason once. */
function whySpoiled({ approvals = [], clearance }: Release, { stage, meaning, role, startedAt }: Wanted): string {
  const use = { stage, check: clearance?.check ?? null, startedAt };
  const own = approvals.filter((one) => one.meaning === meaning && one.role === role);
  return [...new Set(own.flatMap((one) => whyVoid(one, use) ?? []))].join('; ').slice(0, 300);
}
