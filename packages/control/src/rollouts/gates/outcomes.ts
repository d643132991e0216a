import type { Instant } from '@fettle/model';
import { alternatives, mixLog } from './mixture.ts';

/** Devices that started and those of them that failed to install, in one stratum. */
export interface Starts {
  readonly started: number;
  readonly failed: number;
}

/** What happened while the devices of one slot of time started. */
export interface Slot {
  readonly from: Instant;
  /** By stratum. Failures count where their device started, however late they come. */
  readonly starts: Readonly<Record<string, Starts>>;
  /** Failures seen among devices that do not run the release. */
  readonly controlEvents: number;
  /** For how long how many of those were watched: devices × milliseconds. */
  readonly controlMs: number;
}

/**
 * What installations say about the release. A device that does not install cannot fail to: there is no control, only
 * what earlier rollouts have shown. The control says something else, though: whether everything fails more just now.
 */
export interface OutcomeEvidence {
  /** Share of installations of a good release that fail, by stratum: the most that earlier rollouts allow for. */
  readonly expected: Readonly<Record<string, number>>;
  /** Oldest first; the last one is being filled. */
  readonly slots: readonly Slot[];
  /** Log-likelihood ratios of the slots that are gone, in the order of `alternatives`. */
  readonly folded: readonly number[];
  /** Failures of the control per device and millisecond in slots that are gone, newest last. */
  readonly calmRates: readonly number[];
  /** Slots that are gone in which everything failed more: late failures of their devices are measured by it. */
  readonly rough: readonly { readonly from: Instant; readonly until: Instant; readonly excess: number }[];
  /** By stratum, over all time. */
  readonly totals: Readonly<Record<string, Starts>>;
  /** What the control did over all time. */
  readonly control: { readonly events: number; readonly ms: number };
}

/** How time is cut, and how long slots wait for what the control says of them. */
export interface SlotTimes {
  readonly slotMs: number;
  /** A failure of the control may be seen so much later than it happened. */
  readonly lagMs: number;
  /** What fails so soon after the commit is the installation's: no device of the control has just booted. */
  readonly settleMs: number;
}

export function noOutcomes(expected: Readonly<Record<string, number>>): OutcomeEvidence {
  const folded = alternatives.map(() => 0);
  return { expected, slots: [], folded, calmRates: [], rough: [], totals: {}, control: { events: 0, ms: 0 } };
}

/** What is new since the last time: devices that started by stratum, and what the control did. */
export interface Progress {
  readonly started: Readonly<Record<string, number>>;
  readonly controlEvents: number;
  readonly controlMs: number;
}

/** Adds to the slot of now and folds slots away whose control is known. */
export function addProgress(
  evidence: OutcomeEvidence,
  progress: Progress,
  now: Instant,
  times: SlotTimes,
): OutcomeEvidence {
  const grown = withSlotOf(evidence, now, times);
  const last = grown.slots[grown.slots.length - 1] as Slot;
  const begun = Object.entries(progress.started).filter(([, count]) => count !== 0);
  let { starts } = last;
  let { totals } = grown;
  for (const [stratum, started] of begun) {
    starts = plus(starts, stratum, { started, failed: 0 });
    totals = plus(totals, stratum, { started, failed: 0 });
  }
  const filled: Slot = {
    ...last,
    starts,
    controlEvents: last.controlEvents + progress.controlEvents,
    controlMs: last.controlMs + progress.controlMs,
  };
  const control = {
    events: grown.control.events + progress.controlEvents,
    ms: grown.control.ms + progress.controlMs,
  };
  return foldOld({ ...grown, totals, control, slots: [...grown.slots.slice(0, -1), filled] }, now, times);
}

function plus(
  starts: Readonly<Record<string, Starts>>,
  stratum: string,
  { started, failed }: Starts,
): Readonly<Record<string, Starts>> {
  const before = starts[stratum] ?? { started: 0, failed: 0 };
  return { ...starts, [stratum]: { started: before.started + started, failed: before.failed + failed } };
}

/** Devices of all strata together. */
export function allStarts({ totals }: OutcomeEvidence): Starts {
  const all = Object.values(totals);
  return {
    started: all.reduce((sum, one) => sum + one.started, 0),
    failed: all.reduce((sum, one) => sum + one.failed, 0),
  };
}

function withSlotOf(evidence: OutcomeEvidence, now: Instant, { slotMs }: SlotTimes): OutcomeEvidence {
  const last = evidence.slots[evidence.slots.length - 1];
  if (last && now < last.from + slotMs) return evidence;
  const from = last ? last.from + Math.floor((now - last.from) / slotMs) * slotMs : now;
  return { ...evidence, slots: [...evidence.slots, { from, starts: {}, controlEvents: 0, controlMs: 0 }] };
}

/** Takes a failed installation: counted where its device started. A device fails once. */
export function addFailure(evidence: OutcomeEvidence, stratum: string, startedAt: Instant): OutcomeEvidence {
  const one = { started: 0, failed: 1 };
  const totals = plus(evidence.totals, stratum, one);
  const first = evidence.slots[0];
  if (!first || startedAt < first.from) {
    const excess = evidence.rough.find((slot) => slot.from <= startedAt && startedAt < slot.until)?.excess ?? 1;
    const { fails, holds } = betsAt(expectedShare(evidence, stratum, excess));
    const folded = evidence.folded.map((log, i) => log + (fails[i] as number) - (holds[i] as number));
    return { ...evidence, totals, folded };
  }
  const index = evidence.slots.findLastIndex((slot) => slot.from <= startedAt);
  const slots = evidence.slots.map((slot, i) =>
    i === index ? { ...slot, starts: plus(slot.starts, stratum, one) } : slot,
  );
  return { ...evidence, totals, slots };
}

/**
 * log E against "no more installations fail than are expected of a good release". Every device that has started
 * counts, and as not failed until it fails: whether failures report sooner than successes makes no difference.
 * @param atLeast take it that everything fails so many times as often just now, whatever the control says
 * @source decision 0015 §3; needs 5.5
 */
export function outcomesLogE(evidence: OutcomeEvidence, times: SlotTimes, atLeast = 1): number {
  const logs = [...evidence.folded];
  const excesses = excessOfSlots(evidence, times);
  evidence.slots.forEach((slot, index) => {
    addSlot(logs, evidence, slot, Math.max(atLeast, excesses[index] ?? 1));
  });
  return mixLog(logs);
}

function addSlot(logs: number[], evidence: OutcomeEvidence, slot: Slot, excess: number): void {
  for (const stratum in slot.starts) {
    const { started, failed } = slot.starts[stratum] as Starts;
    const { fails, holds } = betsAt(expectedShare(evidence, stratum, excess));
    const held = Math.max(0, started - failed);
    for (let i = 0; i < logs.length; i++) {
      logs[i] = (logs[i] as number) + failed * (fails[i] as number) + held * (holds[i] as number);
    }
  }
}

interface Bets {
  readonly share: number;
  /** What a failure, and what none, multiplies each likelihood ratio by: logarithms. */
  readonly fails: readonly number[];
  readonly holds: readonly number[];
}

// Asked again and again for the same share.
let lastBets: Bets = { share: 0, fails: [], holds: [] };

function betsAt(share: number): Bets {
  if (lastBets.share === share) return lastBets;
  const worse = alternatives.map((factor) => Math.min(share * factor, (1 + share) / 2));
  lastBets = {
    share,
    fails: worse.map((one) => Math.log(one / share)),
    holds: worse.map((one) => Math.log((1 - one) / (1 - share))),
  };
  return lastBets;
}

/** What a stratum without a history of its own is held against. */
export const anyStratum = '';

function expectedShare(evidence: OutcomeEvidence, stratum: string, excess: number): number {
  const share = evidence.expected[stratum] ?? evidence.expected[anyStratum] ?? 0.01;
  return Math.min(0.5, share * excess);
}

/** Slots kept to know what is usual. */
const calmSlots = 48;
const roughSlots = 32;

function foldOld(evidence: OutcomeEvidence, now: Instant, times: SlotTimes): OutcomeEvidence {
  const isDue = (slot: Slot) => slot.from + 2 * times.slotMs + times.lagMs <= now;
  const due = evidence.slots.findIndex((slot) => !isDue(slot));
  const count = due < 0 ? evidence.slots.length - 1 : due;
  if (count <= 0) return evidence;
  const excesses = excessOfSlots(evidence, times);
  const folded = [...evidence.folded];
  const gone = evidence.slots.slice(0, count);
  gone.forEach((slot, index) => {
    addSlot(folded, evidence, slot, excesses[index] ?? 1);
  });
  const rough = gone.flatMap((slot, index) => {
    const excess = excesses[index] ?? 1;
    return excess > 1 ? [{ from: slot.from, until: slot.from + times.slotMs, excess }] : [];
  });
  return {
    ...evidence,
    folded,
    slots: evidence.slots.slice(count),
    rough: [...evidence.rough, ...rough].slice(-roughSlots),
    calmRates: [...evidence.calmRates, ...ratesOf(gone)].slice(-calmSlots),
  };
}

/**
 * How many times as often as usual everything failed while the devices of each slot were at it: 1, unless the control
 * shows it beyond chance in that slot or before its failures are all seen.
 */
export function excessOfSlots(evidence: OutcomeEvidence, { slotMs, lagMs }: SlotTimes): readonly number[] {
  const { slots } = evidence;
  const usual = usualRate(evidence);
  const own = slots.map((slot) => excessOf(slot, usual));
  const reach = Math.ceil(lagMs / slotMs);
  return own.map((_, index) => Math.max(...own.slice(index, index + reach + 1)));
}

function excessOf({ controlEvents, controlMs }: Slot, usual: number): number {
  const mean = usual * controlMs;
  // Beyond chance: four standard deviations of a Poisson count, and some more while counts are small.
  if (mean === 0 || controlEvents < mean + 4 * Math.sqrt(mean) + 4) return 1;
  return controlEvents / mean;
}

/** The lower quartile of what slots showed: a time in which everything fails does not make itself usual. */
function usualRate({ slots, calmRates }: OutcomeEvidence): number {
  // The slot that is being filled says little yet.
  const whole = slots.length > 1 ? slots.slice(0, -1) : slots;
  const rates = [...calmRates, ...ratesOf(whole)].sort((a, b) => a - b);
  return rates[Math.floor((rates.length - 1) / 4)] ?? 0;
}

function ratesOf(slots: readonly Slot[]): number[] {
  return slots.filter((slot) => slot.controlMs > 0).map((slot) => slot.controlEvents / slot.controlMs);
}

/** Failures that the control would show in this time if everything were as usual: whether waiting for it can help. */
export function usualEvents(evidence: OutcomeEvidence, control: number, durationMs: number): number {
  return usualRate(evidence) * control * durationMs;
}

/**
 * The share of held-back devices in which something fails in such a time: at least, as three standard deviations of
 * what was counted are taken off.
 */
export function shareAnyway({ control }: OutcomeEvidence, durationMs: number): number {
  if (control.ms === 0) return 0;
  const events = Math.max(0, control.events - 3 * Math.sqrt(control.events));
  return Math.min(0.5, (events / control.ms) * durationMs);
}
