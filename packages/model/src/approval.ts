import type { Instant } from './brand.ts';
import type { Stage } from './check.ts';
import type { Digest } from './ids.ts';
import type { CheckId, Clearance } from './release-check.ts';
import type { ApprovalDemand, StagePolicy } from './release-policy.ts';

/** Type of the statement that a person signs for a release. */
export const approvalPredicate = 'https://fettle.dev/approval/v1';

/** How a person proved again, at the moment of signing, to be who they are. */
export const approvalMethods = ['password', 'key'] as const;
export type ApprovalMethod = (typeof approvalMethods)[number];

/** Why a signature does not count for a stage: what is known of the release is worse than what was shown. */
export interface VoidApproval {
  readonly stage: Stage;
  /** Since when. */
  readonly at: Instant;
  /** In one sentence. */
  readonly why: string;
  /** It came with new vulnerability data where the policy says `alert`: rollouts that had started before go on. */
  readonly sparesStarted: boolean;
}

/** A person's signature under a release: who, when, and what it means. */
export interface ReleaseApproval {
  /** What it says: `tested`, `released`. */
  readonly meaning: string;
  /** The role in which the person signed. */
  readonly role: string;
  /** The person's id, never used twice; and the name as it was then. */
  readonly person: string;
  readonly fullName: string;
  readonly reason: string;
  readonly at: Instant;
  readonly method: ApprovalMethod;
  /** What was signed: hex SHA-256 of the manifest (or the signed targets). */
  readonly manifest: string;
  /** The check whose verdicts were shown; null in a fleet that demands none. */
  readonly check: CheckId | null;
  /** The signed statement, kept as evidence. */
  readonly evidence: Digest;
  /** What was shown of the gates, kept as evidence; absent where there was nothing, and in signatures from before. */
  readonly judged?: Digest | undefined;
  /** Stages for which it does not count now. */
  readonly void?: readonly VoidApproval[] | undefined;
}

export interface MissingApproval extends ApprovalDemand {
  readonly found: number;
}

/** For what a signature has to count. */
export interface ApprovalUse {
  readonly stage: Stage;
  /** The check that clears the release now. */
  readonly check: CheckId | null;
  /** When the rollout started that rests on it; null for one that is still to start. */
  readonly startedAt: Instant | null;
}

/**
 * Why a signature does not count, in one sentence; null when it does. A release never changes, what is known of it does:
 * a signature counts while the check that was shown clears the release, and nothing is worse than it was shown.
 */
export function whyVoid(approval: ReleaseApproval, { stage, check, startedAt }: ApprovalUse): string | null {
  if (approval.check !== check) return 'the release was checked anew';
  const found = approval.void?.find((one) => one.stage === stage);
  if (!found) return null;
  return found.sparesStarted && startedAt !== null && startedAt < found.at ? null : found.why;
}

/** What of a release says who signed for it. */
export interface SignedRelease {
  readonly approvals?: readonly ReleaseApproval[] | undefined;
  readonly clearance?: Clearance | undefined;
}

/**
 * Which signatures a stage still waits for. Each person counts once for a meaning.
 * @param startedAt when the rollout started that needs them; null for one that is still to start
 */
export function missingApprovals(
  { stage, approvals: demands }: Pick<StagePolicy, 'stage' | 'approvals'>,
  { approvals = [], clearance }: SignedRelease,
  startedAt: Instant | null,
): readonly MissingApproval[] {
  const use = { stage, check: clearance?.check ?? null, startedAt };
  const valid = approvals.filter((one) => whyVoid(one, use) === null);
  return demands.flatMap((demand) => {
    const people = valid.filter(({ meaning, role }) => meaning === demand.meaning && role === demand.role);
    const found = new Set(people.map(({ person }) => person)).size;
    return found >= demand.count ? [] : [{ ...demand, found }];
  });
}
