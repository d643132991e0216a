import { type FleetId, type MissingApproval, missingApprovals, type ReleaseApproval, type Stage } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { getRelease } from '../releases/releases.ts';
import { manifestDigest } from './approval-statement.ts';

/** Who has signed for a release, and what each stage still waits for. */
export interface ApprovalStanding {
  readonly manifest: string;
  readonly check: string | null;
  readonly approvals: readonly (ReleaseApproval & {
    /** False once another check clears the release: its verdicts were not shown to whoever signed. */
    readonly counts: boolean;
  })[];
  readonly stages: readonly { readonly stage: Stage; readonly missing: readonly MissingApproval[] }[];
}

export async function showApprovals(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  version: string,
): Promise<ApprovalStanding> {
  demand(scope, 'fleet.read');
  const { releasePolicy } = await requireFleet(brain.store.reads(scope), fleet);
  const release = await getRelease(scope, brain, fleet, version);
  const { approvals = [], clearance } = release;
  const check = clearance?.check ?? null;
  const stages = (releasePolicy?.stages ?? []).map(({ stage, approvals: demands }) => ({
    stage,
    missing: missingApprovals(demands, approvals, check),
  }));
  const told = approvals.map((one) => ({ ...one, counts: one.check === check }));
  return { manifest: manifestDigest(release), check, approvals: told, stages };
}
