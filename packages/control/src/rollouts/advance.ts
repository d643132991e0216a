import type { Instant, Phase, PhaseCounts, Rollout } from '@fettle/model';
import { sumCounts } from './counts.ts';
import { judgePhase } from './gate.ts';

/** What the caller has to do or to write down after a step; data, so that it commits with the new state. */
export type RolloutEffect =
  | { readonly kind: 'measure-phase'; readonly phase: number }
  | {
      readonly kind: 'phase-opened' | 'phase-passed' | 'phase-failed';
      readonly phase: number;
      readonly because: string;
    }
  | { readonly kind: 'rollout-paused' | 'rollout-aborted' | 'rollout-completed'; readonly because: string };

export interface RolloutStep {
  /** The same object when nothing changed. */
  readonly rollout: Rollout;
  readonly effects: readonly RolloutEffect[];
}

/**
 * A phase without any member is measured again, as devices may enrol late: soon after the start, and ever more seldom,
 * as a measurement walks the whole fleet.
 */
export const remeasureMs = { least: 10_000, most: 900_000 } as const;

/**
 * Moves a running rollout one step: judges the open phase, opens the next, pauses, aborts or completes.
 * A phase opens only by way of `measure-phase`, and that is asked for only when the gate before it has passed.
 * @param counts one entry a phase, in order
 * @source design §4
 */
export function advance(rollout: Rollout, counts: readonly PhaseCounts[], now: Instant): RolloutStep {
  const still: RolloutStep = { rollout, effects: [] };
  if (rollout.status !== 'running') return still;
  const index = rollout.phases.findLastIndex((phase) => phase.status !== 'waiting');
  const phase = rollout.phases[index];
  if (!phase) return measure(rollout, 0);
  switch (phase.status) {
    case 'measuring':
      // Asked for again on every tick until the measurement arrives: a crash in between loses nothing.
      return { rollout, effects: [{ kind: 'measure-phase', phase: index }] };
    case 'open':
      return advanceOpen(rollout, index, sumCounts(counts.slice(0, index + 1)), now);
    case 'passed':
      return phase.promote === 'automatic' ? openNext(rollout, index, now) : still;
    default:
      return still;
  }
}

function advanceOpen(rollout: Rollout, index: number, counts: PhaseCounts, now: Instant): RolloutStep {
  const phase = rollout.phases[index] as Phase;
  if (phase.members === 0 && isStale(rollout, phase, now)) return measure(rollout, index);
  const { enough } = judgePhase(phase, counts, now);
  const soakFrom = enough ? (phase.soakFrom ?? now) : null;
  const soaking = soakFrom === phase.soakFrom ? phase : { ...phase, soakFrom };
  const { verdict, because } = judgePhase(soaking, counts, now);
  if (verdict === 'fail') return failPhase(rollout, index, because, now);
  if (verdict === 'inconclusive') {
    return { rollout: soaking === phase ? rollout : withPhase(rollout, index, soaking), effects: [] };
  }
  const passed = withPhase(rollout, index, { ...soaking, status: 'passed', endedAt: now });
  const isLast = index === rollout.phases.length - 1;
  const next = isLast ? complete(passed, because, now) : advance(passed, [], now);
  return { rollout: next.rollout, effects: [{ kind: 'phase-passed', phase: index, because }, ...next.effects] };
}

function isStale(rollout: Rollout, phase: Phase, now: Instant): boolean {
  const measuredAt = phase.openedAt ?? now;
  const age = measuredAt - (rollout.startedAt ?? measuredAt);
  return now - measuredAt >= Math.min(remeasureMs.most, Math.max(remeasureMs.least, age / 2));
}

function openNext(rollout: Rollout, index: number, now: Instant): RolloutStep {
  if (index === rollout.phases.length - 1) return complete(rollout, 'every phase has passed', now);
  return measure(rollout, index + 1);
}

function measure(rollout: Rollout, index: number): RolloutStep {
  const phase = rollout.phases[index];
  if (!phase) return { rollout, effects: [] };
  const measuring = withPhase(rollout, index, { ...phase, status: 'measuring' });
  return { rollout: measuring, effects: [{ kind: 'measure-phase', phase: index }] };
}

function failPhase(rollout: Rollout, index: number, because: string, now: Instant): RolloutStep {
  const phase = rollout.phases[index] as Phase;
  const failed = withPhase(rollout, index, { ...phase, status: 'failed', endedAt: now });
  const statusReason = `The gate of phase ${phase.name} failed: ${because}.`;
  const stopped: Rollout =
    rollout.onFail === 'abort'
      ? { ...failed, status: 'aborted', statusReason, endedAt: now }
      : { ...failed, status: 'paused', statusReason };
  const kind = rollout.onFail === 'abort' ? 'rollout-aborted' : 'rollout-paused';
  return {
    rollout: stopped,
    effects: [
      { kind: 'phase-failed', phase: index, because },
      { kind, because: statusReason },
    ],
  };
}

function complete(rollout: Rollout, because: string, now: Instant): RolloutStep {
  const statusReason = 'Every phase has passed; devices that come late are still served.';
  const completed: Rollout = { ...rollout, status: 'completed', statusReason, endedAt: now };
  return { rollout: completed, effects: [{ kind: 'rollout-completed', because }] };
}

/** What a measurement found: how far the phase reaches and how many devices that is. */
export interface Measurement {
  /** 0 to 1 */
  readonly bucketLimit: number;
  readonly members: number;
}

/** Opens a phase that was being measured; anything else stays as it is. */
export function openPhaseWith(rollout: Rollout, index: number, found: Measurement, now: Instant): RolloutStep {
  const phase = rollout.phases[index];
  if (rollout.status !== 'running' || phase?.status !== 'measuring') return { rollout, effects: [] };
  const opened: Phase = { ...phase, ...found, status: 'open', openedAt: now, soakFrom: null };
  const because = `${found.members} devices`;
  return {
    rollout: withPhase(rollout, index, opened),
    // A phase that was empty and is measured again was announced before.
    effects: phase.openedAt !== null && found.members === 0 ? [] : [{ kind: 'phase-opened', phase: index, because }],
  };
}

/** Moves on although a gate is inconclusive or waits for a person; the caller names who and why. */
export function promote(rollout: Rollout, now: Instant): RolloutStep {
  const index = rollout.phases.findLastIndex((phase) => phase.status !== 'waiting');
  const phase = rollout.phases[index];
  if (rollout.status !== 'running' || !phase) return { rollout, effects: [] };
  if (phase.status !== 'open' && phase.status !== 'passed') return { rollout, effects: [] };
  const passed: Phase = { ...phase, status: 'passed', endedAt: phase.endedAt ?? now };
  return openNext(withPhase(rollout, index, passed), index, now);
}

/** Takes a paused rollout up again; failures seen so far no longer count against the phase that failed. */
export function resume(rollout: Rollout, counts: readonly PhaseCounts[]): Rollout {
  const phases = rollout.phases.map((phase, index): Phase => {
    if (phase.status !== 'failed') return phase;
    const forgivenFailures = sumCounts(counts.slice(0, index + 1)).failed;
    return { ...phase, status: 'open', endedAt: null, forgivenFailures };
  });
  return { ...rollout, status: 'running', phases };
}

function withPhase(rollout: Rollout, index: number, phase: Phase): Rollout {
  return { ...rollout, phases: rollout.phases.map((old, i) => (i === index ? phase : old)) };
}
