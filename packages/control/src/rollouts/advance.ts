import type { Instant, Phase, PhaseCounts, PhaseGate, Rollout } from '@fettle/model';
import { sumCounts } from './counts.ts';
import { type GateVerdict, judgePhase } from './gate.ts';
import { judgeSequential } from './gates/judge.ts';
import type { GateStanding } from './gates/standing.ts';

/** What the caller has to do or to write down after a step; data, so that it commits with the new state. */
export type RolloutEffect =
  | { readonly kind: 'measure-phase'; readonly phase: number }
  | {
      readonly kind: 'phase-opened' | 'phase-passed' | 'phase-failed' | 'phase-undecided';
      readonly phase: number;
      readonly because: string;
    }
  | { readonly kind: 'rollout-paused' | 'rollout-aborted' | 'rollout-completed'; readonly because: string }
  /** The devices that took the release are to go back to the one they came from. */
  | { readonly kind: 'roll-back'; readonly because: string };

export interface RolloutStep {
  /** The same object when nothing changed. */
  readonly rollout: Rollout;
  readonly effects: readonly RolloutEffect[];
}

/**
 * Moves a running rollout one step: judges the open phase, opens the next, pauses, aborts or completes.
 * A phase opens only by way of `measure-phase`, and that is asked for only when the gate before it has passed.
 * @param counts one entry a phase, in order
 * @param gate what a sequential gate has seen; without it such a gate decides nothing
 * @source design §4
 */
export function advance(
  rollout: Rollout,
  counts: readonly PhaseCounts[],
  now: Instant,
  gate?: GateStanding | undefined,
): RolloutStep {
  const still: RolloutStep = { rollout, effects: [] };
  if (rollout.status !== 'running') return still;
  const index = rollout.phases.findLastIndex((phase) => phase.status !== 'waiting');
  const phase = rollout.phases[index];
  if (!phase) return measure(rollout, 0);
  switch (phase.status) {
    case 'measuring':
      // Asked for again on every tick until the measurement arrives: a crash in between loses nothing.
      return { rollout, effects: [{ kind: 'measure-phase', phase: index }] };
    case 'open': {
      const step = advanceOpen(rollout, index, { counts: sumCounts(counts.slice(0, index + 1)), now, gate });
      // Devices may come late. It stays open meanwhile, and nothing is written until somebody has come.
      const isEmpty = phase.members === 0 && step.rollout.phases[index]?.status === 'open';
      return isEmpty ? { ...step, effects: [...step.effects, { kind: 'measure-phase', phase: index }] } : step;
    }
    case 'passed': {
      // While a person is waited for, devices are still watched.
      const judged = gate && judge(rollout, phase, { counts: sumCounts(counts), now, gate });
      if (judged?.verdict === 'fail') return failPhase(rollout, index, judged.because, now);
      return phase.promote === 'automatic' ? openNext(rollout, index, now) : still;
    }
    default:
      return still;
  }
}

interface Standing {
  /** Of this phase and all earlier ones. */
  readonly counts: PhaseCounts;
  readonly now: Instant;
  readonly gate: GateStanding | undefined;
}

function judge(rollout: Rollout, phase: Phase, { counts, now, gate }: Standing): GateVerdict {
  const plan = rollout.policy.gate;
  if (plan.kind === 'fixed') return judgePhase(phase, counts, now);
  if (!gate) return { verdict: 'inconclusive', because: 'nothing was seen yet', enough: false, asks: false };
  return judgeSequential(plan, gate.state, gate.totals, { phase, counts, watching: gate.watching, now });
}

function advanceOpen(rollout: Rollout, index: number, standing: Standing): RolloutStep {
  const phase = rollout.phases[index] as Phase;
  const { now } = standing;
  const before = judge(rollout, phase, standing);
  const soakFrom = before.enough ? (phase.soakFrom ?? now) : null;
  const soaking = soakFrom === phase.soakFrom ? phase : { ...phase, soakFrom };
  const { verdict, because, asks } = soaking === phase ? before : judge(rollout, soaking, standing);
  if (verdict === 'fail') return failPhase(rollout, index, because, now);
  if (verdict === 'inconclusive') return waitOn(rollout, index, { soaking, because, asks, standing });
  const passed = withPhase(rollout, index, { ...settled(soaking), status: 'passed', endedAt: now });
  const isLast = index === rollout.phases.length - 1;
  const next = isLast ? complete(passed, because, now) : openAfter(passed, index, now);
  return { rollout: next.rollout, effects: [{ kind: 'phase-passed', phase: index, because }, ...next.effects] };
}

function openAfter(rollout: Rollout, index: number, now: Instant): RolloutStep {
  const phase = rollout.phases[index] as Phase;
  return phase.promote === 'automatic' ? openNext(rollout, index, now) : { rollout, effects: [] };
}

interface Wait {
  readonly soaking: Phase;
  readonly because: string;
  readonly asks: boolean;
  readonly standing: Standing;
}

/** Keeps in the phase what is waited for: devices that are held back show it, and people are asked once. */
function waitOn(rollout: Rollout, index: number, wait: Wait): RolloutStep {
  const { soaking, because, asks, standing } = wait;
  const suspectSince = standing.gate?.state.suspectSince ?? undefined;
  const asksSince = asks ? (soaking.asksSince ?? standing.now) : undefined;
  const effects: RolloutEffect[] =
    asks && soaking.asksSince === undefined ? [{ kind: 'phase-undecided', phase: index, because }] : [];
  const phase = rollout.phases[index] as Phase;
  const isSame = suspectSince === phase.suspectSince && asksSince === phase.asksSince && soaking === phase;
  if (isSame) return { rollout, effects };
  return { rollout: withPhase(rollout, index, { ...settled(soaking), ...waiting(suspectSince, asksSince) }), effects };
}

function settled(phase: Phase): Phase {
  const { suspectSince: _suspect, asksSince: _asks, ...rest } = phase;
  return rest;
}

function waiting(suspectSince: Instant | undefined, asksSince: Instant | undefined) {
  return {
    ...(suspectSince === undefined ? {} : { suspectSince }),
    ...(asksSince === undefined ? {} : { asksSince }),
  };
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
  const failed = withPhase(rollout, index, { ...settled(phase), status: 'failed', endedAt: now });
  const statusReason = `The gate of phase ${phase.name} failed: ${because}.`;
  const stopped: Rollout =
    rollout.onFail === 'abort'
      ? { ...failed, status: 'aborted', statusReason, endedAt: now }
      : { ...failed, status: 'paused', statusReason };
  const kind = rollout.onFail === 'abort' ? 'rollout-aborted' : 'rollout-paused';
  const goBack: RolloutEffect[] = rollout.policy.rollBackOnFail ? [{ kind: 'roll-back', because: statusReason }] : [];
  return {
    rollout: stopped,
    effects: [{ kind: 'phase-failed', phase: index, because }, { kind, because: statusReason }, ...goBack],
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
  /** For a sequential gate: devices beyond the phase that are in touch and well, by stratum. */
  readonly control?: Readonly<Record<string, number>> | undefined;
}

/** Opens a phase that was being measured, or fills one that was found empty; anything else stays as it is. */
export function openPhaseWith(rollout: Rollout, index: number, found: Measurement, now: Instant): RolloutStep {
  const phase = rollout.phases[index];
  const isFilled = phase?.status === 'open' && phase.members === 0 && found.members > 0;
  if (rollout.status !== 'running' || !phase || !(isFilled || phase.status === 'measuring')) {
    return { rollout, effects: [] };
  }
  const { bucketLimit, members, control } = found;
  const gate = control ? { gate: gateFound(control) } : {};
  const opened: Phase = { ...phase, bucketLimit, members, ...gate, status: 'open', openedAt: now, soakFrom: null };
  const because = `${members} devices`;
  return {
    rollout: withPhase(rollout, index, opened),
    effects: [{ kind: 'phase-opened', phase: index, because }],
  };
}

/** Held-back devices that are asked for metrics, about. */
const sampledDevices = 5_000;

function gateFound(control: Readonly<Record<string, number>>): PhaseGate {
  const devices = Object.values(control).reduce((sum, one) => sum + one, 0);
  return { strata: Object.keys(control), sampleShare: Math.min(1, sampledDevices / Math.max(1, devices)) };
}

/** Moves on although a gate is inconclusive or waits for a person; the caller names who and why. */
export function promote(rollout: Rollout, now: Instant): RolloutStep {
  const index = rollout.phases.findLastIndex((phase) => phase.status !== 'waiting');
  const phase = rollout.phases[index];
  if (rollout.status !== 'running' || !phase) return { rollout, effects: [] };
  if (phase.status !== 'open' && phase.status !== 'passed') return { rollout, effects: [] };
  const passed: Phase = { ...settled(phase), status: 'passed', endedAt: phase.endedAt ?? now };
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
