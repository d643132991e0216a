import type { Instant } from '@fettle/model';
import type { KeptReports } from '../checks/gate-reports.ts';

/** Findings that are closed come last: where some were left out, nobody kept when the statements on them are over. */
const unseenMs = 86_400_000;

/**
 * When the first statement of VEX that closes a finding is over, so that the finding is back: then the release has to be
 * looked at though no data changed.
 * @returns null when nothing rests on a statement
 */
export function lookAgainAt(kept: readonly KeptReports[], now: Instant): Instant | null {
  const reports = kept.flatMap(({ reports: own }) => own);
  const ends = reports.flatMap(({ findings }) =>
    findings.map(({ details }) => Date.parse(String(details?.vexExpiresAt))),
  );
  const unseen = reports.some(({ findingsLeftOut }) => findingsLeftOut > 0) ? [now + unseenMs] : [];
  const known = [...ends.filter((end) => end > now), ...unseen];
  return known.length === 0 ? null : Math.min(...known);
}
