import type { Instant } from './brand.ts';
import type { Digest } from './ids.ts';
import type { CheckId } from './release-check.ts';
import type { ApprovalDemand } from './release-policy.ts';

/** How a person proved again, at the moment of signing, to be who they are. */
export const approvalMethods = ['password', 'key'] as const;
export type ApprovalMethod = (typeof approvalMethods)[number];

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
}

export interface MissingApproval extends ApprovalDemand {
  readonly found: number;
}

/**
 * Which signatures a stage still waits for. A release never changes, what is known of it does: a signature counts only while
 * the check whose verdicts were shown is the one that clears the release. Each person counts once for a meaning.
 */
export function missingApprovals(
  demands: readonly ApprovalDemand[],
  approvals: readonly ReleaseApproval[],
  check: CheckId | null,
): readonly MissingApproval[] {
  const valid = approvals.filter((one) => one.check === check);
  return demands.flatMap((demand) => {
    const people = valid.filter(({ meaning, role }) => meaning === demand.meaning && role === demand.role);
    const found = new Set(people.map(({ person }) => person)).size;
    return found >= demand.count ? [] : [{ ...demand, found }];
  });
}
