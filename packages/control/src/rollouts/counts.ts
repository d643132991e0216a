import { type DeploymentStatus, isFinal, noCounts, type PhaseCounts } from '@fettle/model';

/** Where a deployment in this status is counted. */
export function countOf(status: DeploymentStatus): PhaseCounts {
  if (!isFinal(status)) return { ...noCounts, open: 1 };
  if (status === 'succeeded') return { ...noCounts, succeeded: 1 };
  if (status === 'rolledBack') return { ...noCounts, failed: 1, rolledBack: 1 };
  if (status === 'failed' || status === 'timedOut') return { ...noCounts, failed: 1 };
  return { ...noCounts, neutral: 1 };
}

/** Adds up several counts, field by field. */
export function sumCounts(counts: readonly PhaseCounts[]): PhaseCounts {
  return counts.reduce(
    (sum, one) => ({
      started: sum.started + one.started,
      open: sum.open + one.open,
      succeeded: sum.succeeded + one.succeeded,
      failed: sum.failed + one.failed,
      rolledBack: sum.rolledBack + one.rolledBack,
      neutral: sum.neutral + one.neutral,
      proven: sum.proven + one.proven,
    }),
    noCounts,
  );
}

/** The counts that take the given ones away. */
export function negateCounts(counts: PhaseCounts): PhaseCounts {
  return {
    started: 0 - counts.started,
    open: 0 - counts.open,
    succeeded: 0 - counts.succeeded,
    failed: 0 - counts.failed,
    rolledBack: 0 - counts.rolledBack,
    neutral: 0 - counts.neutral,
    proven: 0 - counts.proven,
  };
}

/** Whether nothing would change by adding these. */
export function isZero(counts: PhaseCounts): boolean {
  return Object.values(counts).every((count) => count === 0);
}
