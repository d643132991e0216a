import {
  type FleetId,
  type Instant,
  type MissingApproval,
  missingApprovals,
  type ReleaseApproval,
  type Stage,
  whyVoid,
} from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { getRelease } from '../releases/releases.ts';
import { manifestDigest } from './approval-statement.ts';
import { stagesThatAsk } from './judge-approvals.ts';

/** A stage that a signature does not count for. */
export interface VoidStage {
  readonly stage: Stage;
  readonly why: string;
  /** Null where another check clears the release since. */
  readonly since: Instant | null;
  /** Rollouts that had started by then go on. */
  readonly sparesStarted: boolean;
}

/** Who has signed for a release, and what each stage still waits for. */
export interface ApprovalStanding {
  readonly manifest: string;
  readonly check: string | null;
  readonly approvals: readonly (Omit<ReleaseApproval, 'void'> & {
    /** Whether it counts for every stage that asks for it, for rollouts that start from now on. */
    readonly counts: boolean;
    readonly void: readonly VoidStage[];
  })[];
  readonly stages: readonly { readonly stage: Stage; readonly missing: readonly MissingApproval[] }[];
}

export async function showApprovals(
  scope: Scope,
  brain: Brain,
  fleetId: FleetId,
  version: string,
): Promise<ApprovalStanding> {
  demand(scope, 'fleet.read');
  const fleet = await requireFleet(brain.store.reads(scope), fleetId);
  const release = await getRelease(scope, brain, fleetId, version);
  const { approvals = [], clearance } = release;
  const check = clearance?.check ?? null;
  const told = approvals.map((one) => {
    const lost = stagesThatAsk(fleet, one).flatMap(({ stage }): VoidStage[] => {
      const why = whyVoid(one, { stage, check, startedAt: null });
      if (why === null) return [];
      const { at = null, sparesStarted = false } = one.void?.find((known) => known.stage === stage) ?? {};
      return [{ stage, why, since: at, sparesStarted }];
    });
    return { ...one, counts: one.check === check && lost.length === 0, void: lost };
  });
  const stages = (fleet.releasePolicy?.stages ?? []).map((policy) => ({
    stage: policy.stage,
    missing: missingApprovals(policy, release, null),
  }));
  return { manifest: manifestDigest(release), check, approvals: told, stages };
}
