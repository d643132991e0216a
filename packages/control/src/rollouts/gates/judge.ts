import type { Instant, Phase, PhaseCounts, SequentialGate } from '@fettle/model';
import { type GateVerdict, requiredSuccesses } from '../gate.ts';
import { eValue, type Interval } from './mixture.ts';
import { allStarts, outcomesLogE, shareAnyway } from './outcomes.ts';
import { worseShare, worseShareInterval } from './ranks.ts';
import { ratioEstimate, ratioInterval, ratioLogE } from './ratio.ts';
import { belowLogE, devicesToPass, type Outcomes, shareInterval } from './share.ts';
import { controlAtRisk, type GateCounts, type GateState, metricLogE, totalLogE } from './state.ts';

/** One of the tests that a gate consists of, as people see it. */
export interface TestReport {
  /** `failures`, `installations`, or the name of a metric. */
  readonly name: string;
  /** False for a dry run. */
  readonly decides: boolean;
  /** What the effect is: failures per device beside the control, share of installations, share of comparisons. */
  readonly measure: 'rate-ratio' | 'failure-share' | 'worse-share';
  readonly effect: number;
  readonly interval: Interval;
  readonly e: number;
  /** Events or values of devices that run the release. */
  readonly seen: number;
}

/** Everything behind a verdict. */
export interface GateReport {
  readonly rule: number;
  readonly alpha: number;
  /** E of everything together; the gate fails at 1 / alpha. */
  readonly e: number;
  readonly started: number;
  readonly proven: number;
  readonly failed: number;
  /** Committed, and being watched now. */
  readonly watching: number;
  /** Held-back devices that they are compared with. */
  readonly control: number;
  /** The share of devices that fail; what it must be shown to be below: the plan's margin above what fails anyway. */
  readonly share: Interval;
  readonly margin: number;
  readonly tests: readonly TestReport[];
  /** Since when nobody new starts because installations fail and the control has not had its say yet. */
  readonly suspectSince: Instant | null;
}

/** Judges an open phase by what the gate has seen of the whole rollout. */
export function judgeSequential(
  plan: SequentialGate,
  state: GateState,
  totals: GateCounts,
  phase: { readonly phase: Phase; readonly counts: PhaseCounts; readonly watching: number; readonly now: Instant },
): GateVerdict {
  const { minSoakMs, soakFrom, members } = phase.phase;
  const { succeeded, failed, neutral, open } = phase.counts;
  const required = requiredSuccesses(phase.phase);
  const enough = members > 0 && succeeded >= required;
  const outcomes = outcomesOf(state, totals);
  const numbers = numbersOf(plan, state, outcomes);
  if (state.crossed) return { verdict: 'fail', because: `${failureOf(plan, state)}; ${numbers}`, enough, asks: false };
  const margin = marginOf(plan, state);
  const isShown = belowLogE(outcomes, margin) >= Math.log(1 / plan.alpha) && outcomes.proven >= plan.minDevices;
  const soaked = soakFrom !== null && phase.now - soakFrom >= minSoakMs;
  if (enough && soaked && isShown && state.suspectSince === null) {
    return { verdict: 'pass', because: numbers, enough, asks: false };
  }
  // Whoever could add to the evidence has done so: only a person can say more.
  const isOver = open === 0 && succeeded + failed + neutral >= members && phase.watching === 0;
  const isSpent = enough && soaked && !isShown && isOver;
  const needed = Math.max(plan.minDevices, devicesToPass(plan.margin, plan.alpha));
  const because = isSpent
    ? `${numbers}; the phase has too few devices to show more (${needed} without a failure would do): promote or abort`
    : `${numbers}; ${succeeded} of ${members} committed (${required} needed)`;
  return { verdict: 'inconclusive', because, enough, asks: isSpent };
}

/** What must be shown: fewer fail than the plan lets pass beside those that would have failed anyway. */
function marginOf(plan: SequentialGate, state: GateState): number {
  return plan.margin + shareAnyway(state.outcomes, plan.observeMs);
}

function outcomesOf(state: GateState, totals: GateCounts): Outcomes {
  const strata = Object.values(totals);
  const started = strata.reduce((sum, one) => sum + one.started, 0) - state.since.started;
  const proven = Math.max(0, strata.reduce((sum, one) => sum + one.proven, 0) - state.since.proven);
  const failed = state.ratio.treatedEvents + allStarts(state.outcomes).failed;
  return { proven, failed, pending: Math.max(0, started - proven - failed) };
}

function failureOf(plan: SequentialGate, { crossed }: GateState): string {
  if (crossed?.kind === 'dark') return `${crossed.devices} devices went dark or fell back by their boot loader`;
  const e = crossed ? eValue(crossed.logE) : 0;
  return `devices that run the release do worse: E is ${show(e)}, and ${show(1 / plan.alpha)} is enough`;
}

function numbersOf(plan: SequentialGate, state: GateState, outcomes: Outcomes): string {
  const { high } = shareInterval(outcomes, plan.alpha);
  const logE = totalLogE(plan, state, ratioLogE(state.ratio), outcomesLogE(state.outcomes, state.times));
  const waits = state.suspectSince === null ? '' : ', waiting for what the control says';
  return (
    `${outcomes.proven} devices proven, ${outcomes.failed} failed, ${outcomes.pending} being watched; ` +
    `at most ${percent(high ?? 1)} fail (margin ${percent(marginOf(plan, state))}), E ${show(eValue(logE))} of ${show(1 / plan.alpha)}${waits}`
  );
}

/** What people and programs see of a gate; it can be recomputed from the state and the totals. */
export function reportGate(
  plan: SequentialGate,
  { state, totals, watching }: { readonly state: GateState; readonly totals: GateCounts; readonly watching: number },
): GateReport {
  const outcomes = outcomesOf(state, totals);
  const ratio = ratioLogE(state.ratio);
  const installations = outcomesLogE(state.outcomes, state.times);
  return {
    rule: state.rule,
    alpha: plan.alpha,
    e: eValue(totalLogE(plan, state, ratio, installations)),
    started: outcomes.proven + outcomes.failed + outcomes.pending,
    proven: outcomes.proven,
    failed: outcomes.failed,
    watching,
    control: Object.values(totals).reduce((sum, one) => sum + controlAtRisk(one), 0),
    share: shareInterval(outcomes, plan.alpha),
    margin: marginOf(plan, state),
    tests: [
      failuresReport(plan, state, ratio),
      installationsReport(plan, state, { proven: outcomes.proven, logE: installations }),
      ...metricReports(plan, state),
    ],
    suspectSince: state.suspectSince,
  };
}

function failuresReport(plan: SequentialGate, { ratio }: GateState, logE: number): TestReport {
  return {
    name: 'failures',
    decides: true,
    measure: 'rate-ratio',
    effect: ratioEstimate(ratio),
    interval: ratioInterval(ratio, plan.alpha),
    e: eValue(logE),
    seen: ratio.treatedEvents,
  };
}

function installationsReport(
  plan: SequentialGate,
  { outcomes }: GateState,
  { proven, logE }: { readonly proven: number; readonly logE: number },
): TestReport {
  const { started, failed } = allStarts(outcomes);
  const pending = Math.max(0, started - failed - proven);
  return {
    name: 'installations',
    decides: true,
    measure: 'failure-share',
    effect: started === 0 ? 0 : failed / started,
    interval: shareInterval({ proven, failed, pending }, plan.alpha),
    e: eValue(logE),
    seen: failed,
  };
}

function metricReports(plan: SequentialGate, state: GateState): TestReport[] {
  return plan.metrics.flatMap((metric): TestReport[] => {
    const evidence = state.metrics[metric.name];
    if (!evidence) return [];
    const common = { name: metric.name, decides: !metric.dryRun, e: eValue(metricLogE(evidence)) };
    if (evidence.kind === 'event') {
      const { ratio } = evidence;
      const interval = ratioInterval(ratio, plan.alpha);
      const effect = ratioEstimate(ratio);
      return [{ ...common, measure: 'rate-ratio', effect, interval, seen: ratio.treatedEvents }];
    }
    const { ranks } = evidence;
    const interval = worseShareInterval(ranks, plan.alpha);
    return [{ ...common, measure: 'worse-share', effect: worseShare(ranks), interval, seen: ranks.blocks }];
  });
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

function show(value: number): string {
  return value >= 1e6 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
}
