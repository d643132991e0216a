import type { Assessed } from './assess.ts';
import type { WholeVulnerabilitySettings } from './settings.ts';

/**
 * Whether an open vulnerability fails the gate: it is exploited, or its score is too high. A database that says
 * "critical" without a score means what a score of 9 means.
 */
export function isFailing({ exploited, rating, isOpen }: Assessed, { failCvss }: WholeVulnerabilitySettings): boolean {
  if (!isOpen) return false;
  if (exploited !== null) return true;
  return rating.cvss === null ? rating.severity === 'critical' : rating.cvss >= failCvss;
}
