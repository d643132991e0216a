import type { DeviceId, GateMetric, Instant, SequentialGate } from '@fettle/model';
import { logSumExp } from './mixture.ts';
import {
  addFailure,
  addProgress,
  noOutcomes,
  type OutcomeEvidence,
  outcomesLogE,
  type SlotTimes,
  usualEvents,
} from './outcomes.ts';
import { noRankEvidence, type RankEvidence, ranksLogE } from './ranks.ts';
import { addEvent, noRatioEvidence, type RatioEvidence, ratioLogE } from './ratio.ts';

/** The rules by which evidence is taken and judged; a stored verdict names them. */
export const ruleVersion = 1;

/** Devices of one stratum (type and hardware revision): running totals, kept beside the state. */
export interface StratumCounts {
  /** Members that no open phase reached and that were in touch and well when they were counted. */
  readonly control: number;
  /** Of those: something has happened since. */
  readonly controlEvents: number;
  /** Devices that were ever offered the release. */
  readonly started: number;
  /** Of those: committed, settled, and watched at this moment: comparable with the control. */
  readonly watched: number;
  /** Of those: watched to the end, and well. */
  readonly proven: number;
}
export type GateCounts = Readonly<Record<string, StratumCounts>>;

export const noStratum: StratumCounts = {
  control: 0,
  controlEvents: 0,
  started: 0,
  watched: 0,
  proven: 0,
};

/** What one metric says so far. */
export type MetricEvidence =
  | { readonly kind: 'event'; readonly ratio: RatioEvidence }
  | {
      readonly kind: 'value';
      readonly ranks: RankEvidence;
      /** Values of the control that nothing was ranked among yet, by stratum, newest last. */
      readonly unused: Readonly<Record<string, readonly number[]>>;
    };

/** Why a gate failed. */
export type Crossing =
  | { readonly kind: 'evidence'; readonly at: Instant; readonly logE: number }
  | { readonly kind: 'dark'; readonly at: Instant; readonly devices: number };

/** A device by when it was last seen: the order in which silence is looked for. */
export interface SilentDevice {
  readonly device: DeviceId;
  readonly lastSeenAt: Instant;
}

/** Everything that a sequential gate remembers; it never starts anew by itself. */
export interface GateState {
  readonly rule: number;
  readonly times: SlotTimes;
  /** Devices that run the release against devices that do not. */
  readonly ratio: RatioEvidence;
  /** Installations against what is expected of them. */
  readonly outcomes: OutcomeEvidence;
  /** By name. */
  readonly metrics: Readonly<Record<string, MetricEvidence>>;
  /** Devices that went dark while installing or fell back by the boot loader. */
  readonly dark: number;
  /** Since when installations alone speak against the release: nobody starts until the control has had its say. */
  readonly suspectSince: Instant | null;
  readonly crossed: Crossing | null;
  /** Evidence taken so far: the number of the last piece. */
  readonly events: number;
  /** Totals when evidence began to count: all zero, or what a person forgave by resuming after the gate had failed. */
  readonly since: { readonly started: number; readonly proven: number };
  /** Who was last seen no later has been looked at for silence. */
  readonly silent: SilentDevice;
  /** Until then silence says nothing: the server itself was not listening. */
  readonly deafUntil: Instant;
  /** Up to when and from which totals progress was taken. */
  readonly takenAt: Instant;
  readonly taken: { readonly started: Readonly<Record<string, number>>; readonly controlEvents: number };
}

/**
 * A gate that has seen nothing.
 * @param expected share of installations of a good release that fail, by stratum (`anyStratum` for all others)
 */
export function newGateState(
  plan: SequentialGate,
  expected: Readonly<Record<string, number>>,
  now: Instant,
  checkInIntervalMs: number,
): GateState {
  const lagMs = Math.max(shortestLagMs, Math.min(checkInIntervalMs, plan.observeMs));
  return {
    rule: ruleVersion,
    times: { slotMs: Math.ceil(lagMs / 3), lagMs, settleMs: plan.observeMs / 10 },
    ratio: noRatioEvidence,
    outcomes: noOutcomes(expected),
    metrics: Object.fromEntries(plan.metrics.map((metric) => [metric.name, noMetricEvidence(metric)])),
    dark: 0,
    suspectSince: null,
    crossed: null,
    events: 0,
    since: { started: 0, proven: 0 },
    silent: { lastSeenAt: now - silenceMs(checkInIntervalMs), device: '' as DeviceId },
    deafUntil: now,
    takenAt: now,
    taken: { started: {}, controlEvents: 0 },
  };
}

const shortestLagMs = 60_000;

/** A device that was not seen for so long has gone silent. */
export function silenceMs(checkInIntervalMs: number): number {
  return 3 * checkInIntervalMs + 60_000;
}

/**
 * A gate that a person lets go on after it had failed: what was seen until now no longer counts. It is a new test, with
 * an alpha of its own; the audit log says who took that upon themselves.
 */
export function forgiven(plan: SequentialGate, state: GateState, totals: GateCounts, now: Instant): GateState {
  const all = Object.values(totals);
  const fresh = newGateState(plan, state.outcomes.expected, now, 0);
  return {
    ...fresh,
    times: state.times,
    events: state.events,
    silent: state.silent,
    deafUntil: state.deafUntil,
    since: {
      started: all.reduce((sum, one) => sum + one.started, 0),
      proven: all.reduce((sum, one) => sum + one.proven, 0),
    },
    taken: {
      started: Object.fromEntries(Object.entries(totals).map(([stratum, one]) => [stratum, one.started])),
      controlEvents: all.reduce((sum, one) => sum + one.controlEvents, 0),
    },
  };
}

function noMetricEvidence({ kind }: GateMetric): MetricEvidence {
  if (kind === 'event') return { kind, ratio: noRatioEvidence };
  return { kind, ranks: noRankEvidence, unused: {} };
}

/** Brings the state up to the totals of now: devices that started, and what the control did meanwhile. */
export function takeProgress(state: GateState, counts: GateCounts, now: Instant): GateState {
  const started: Record<string, number> = {};
  const startedBefore: Record<string, number> = {};
  let control = 0;
  let controlEvents = 0;
  for (const [stratum, one] of Object.entries(counts)) {
    started[stratum] = one.started - (state.taken.started[stratum] ?? 0);
    startedBefore[stratum] = one.started;
    control += controlAtRisk(one);
    controlEvents += one.controlEvents;
  }
  const progress = {
    started,
    controlEvents: Math.max(0, controlEvents - state.taken.controlEvents),
    controlMs: control * Math.max(0, now - state.takenAt),
  };
  return {
    ...state,
    outcomes: addProgress(state.outcomes, progress, now, state.times),
    takenAt: Math.max(now, state.takenAt),
    taken: { started: startedBefore, controlEvents },
  };
}

/** Something that went wrong with a device that runs the release, or began to install it. */
export interface TreatedFailure {
  readonly stratum: string;
  readonly startedAt: Instant;
  /** Null: it never got so far. */
  readonly committedAt: Instant | null;
  readonly at: Instant;
  /** Whether it went dark while it installed or fell back by the boot loader. */
  readonly isDark: boolean;
}

/**
 * Takes a failure of a device that has the release. What goes wrong before the device has settled is the
 * installation's; from then on the control can have the same failure at the same moment.
 * @param counts totals of the device's stratum before this failure
 * @source decision 0015 §2, §3
 */
export function takeTreatedFailure(state: GateState, failure: TreatedFailure, counts: StratumCounts): GateState {
  const { stratum, startedAt, committedAt, at } = failure;
  const next = failure.isDark ? { ...state, dark: state.dark + 1 } : state;
  if (committedAt === null || at < committedAt + state.times.settleMs) {
    return { ...next, outcomes: addFailure(next.outcomes, stratum, startedAt) };
  }
  const atRisk = { treated: Math.max(1, counts.watched), control: controlAtRisk(counts) };
  return { ...next, ratio: addEvent(next.ratio, 'treated', atRisk) };
}

/**
 * Takes a failure of a device that is held back.
 * @param counts totals of the device's stratum before this failure
 */
export function takeControlFailure(state: GateState, counts: StratumCounts): GateState {
  if (counts.watched <= 0) return state;
  const atRisk = { treated: counts.watched, control: Math.max(1, controlAtRisk(counts)) };
  return { ...state, ratio: addEvent(state.ratio, 'control', atRisk) };
}

/** Held-back devices of a stratum to which something may still happen. */
export function controlAtRisk(counts: StratumCounts): number {
  return Math.max(0, counts.control - counts.controlEvents);
}

/**
 * log E of everything together: an average of the tests' e-values is an e-value, however they hang together.
 * @source decision 0015 §1; Vovk and Wang (2021), E-values: Calibration, combination and applications
 */
export function totalLogE(plan: SequentialGate, state: GateState, ratio: number, outcomes: number): number {
  const deciding = plan.metrics.filter((metric) => !metric.dryRun);
  const left = deciding.length === 0 ? 1 : shares.withMetrics;
  const logs = [Math.log(left * shares.ratio) + ratio, Math.log(left * shares.outcomes) + outcomes];
  for (const { name } of deciding) {
    const evidence = state.metrics[name];
    if (evidence) logs.push(Math.log((1 - left) / deciding.length) + metricLogE(evidence));
  }
  return logSumExp(logs);
}

/** How much of the rollout's alpha each test may spend: the metrics have together what failures leave them. */
const shares = { ratio: 0.52, outcomes: 0.48, withMetrics: 0.8 } as const;

export function metricLogE(evidence: MetricEvidence): number {
  return evidence.kind === 'event' ? ratioLogE(evidence.ratio) : ranksLogE(evidence.ranks);
}

/** A tenfold outage is the worst that installations alone are given the benefit of. */
const worstExcess = 10;
/** Failures that the control must be expected to show, for a wait on it to make sense. */
const leastControlEvents = 5;

/**
 * Looks at the state, which may be done after every report, and notes when it has to fail.
 * Installations alone fail it only after the control had the time to show that everything fails just now.
 * @source decision 0015 §3
 */
export function look(plan: SequentialGate, state: GateState, counts: GateCounts, now: Instant): GateState {
  if (state.crossed !== null) return state;
  if (plan.hardStop > 0 && state.dark >= plan.hardStop) {
    return { ...state, crossed: { kind: 'dark', at: now, devices: state.dark } };
  }
  const bar = Math.log(1 / plan.alpha);
  const ratio = ratioLogE(state.ratio);
  const logE = totalLogE(plan, state, ratio, outcomesLogE(state.outcomes, state.times));
  if (logE < bar) return state.suspectSince === null ? state : { ...state, suspectSince: null };
  // More than any outage could explain, or the control says it.
  const leastLogE = totalLogE(plan, state, ratio, outcomesLogE(state.outcomes, state.times, worstExcess));
  if (leastLogE >= bar || hasWaited(state, counts, now)) {
    return { ...state, suspectSince: null, crossed: { kind: 'evidence', at: now, logE } };
  }
  return state.suspectSince === null ? { ...state, suspectSince: now } : state;
}

function hasWaited(state: GateState, counts: GateCounts, now: Instant): boolean {
  let control = 0;
  for (const one of Object.values(counts)) control += controlAtRisk(one);
  const { lagMs } = state.times;
  if (usualEvents(state.outcomes, control, lagMs) < leastControlEvents) return true;
  return state.suspectSince !== null && now >= state.suspectSince + lagMs;
}
