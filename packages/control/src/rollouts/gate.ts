import type { Instant, Phase, PhaseCounts } from '@fettle/model';

export interface GateVerdict {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** The numbers behind it, in one sentence. */
  readonly because: string;
  /** Whether enough devices have committed, so that the soak may run. */
  readonly enough: boolean;
  /** Whether nothing more can come of waiting: a person has to decide. */
  readonly asks: boolean;
}

/**
 * Judges an open phase by fixed thresholds.
 * The threshold counts against the phase's members, never against those that have reported: failures report
 * sooner than successes, and dividing by reports would halt healthy releases.
 * @param counts of this phase and all earlier ones together
 */
export function judgePhase(phase: Phase, counts: PhaseCounts, now: Instant): GateVerdict {
  const allowed = allowedFailures(phase);
  const held = counts.failed - phase.forgivenFailures;
  const required = requiredSuccesses(phase);
  const enough = phase.members > 0 && counts.succeeded >= required;
  const because = `${counts.succeeded} of ${phase.members} committed (${required} needed), ${held} failed (${allowed} allowed)`;
  if (held > allowed) return { verdict: 'fail', because, enough, asks: false };
  const soaked = phase.soakFrom !== null && now - phase.soakFrom >= phase.minSoakMs;
  if (enough && soaked) return { verdict: 'pass', because, enough, asks: false };
  return { verdict: 'inconclusive', because, enough, asks: false };
}

/** How many failures the phase may have before its gate fails. */
export function allowedFailures(phase: Phase): number {
  const threshold = phase.failureThreshold;
  return 'count' in threshold ? threshold.count : Math.floor(threshold.share * phase.members + 1e-9);
}

/** How many devices must have committed; at least one, as nothing proves nothing. */
export function requiredSuccesses(phase: Phase): number {
  return Math.max(1, Math.ceil(phase.successShare * phase.members - 1e-9));
}
