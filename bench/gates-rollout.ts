import { noCounts, type Phase, type RolloutPlan, type SequentialGate } from '@fettle/model';
import { judgeSequential } from '../packages/control/src/rollouts/gates/judge.ts';
import {
  type GateCounts,
  type GateState,
  look,
  newGateState,
  noStratum,
  type StratumCounts,
  takeControlFailure,
  takeProgress,
  takeTreatedFailure,
} from '../packages/control/src/rollouts/gates/state.ts';
import { perMinuteOf } from '../packages/control/src/rollouts/timing/pace.ts';

/** What is true of a pretend release and of the world around it. Times in minutes. */
export interface Scenario {
  readonly fleet: number;
  /** Phases and pace of a real plan; null: one device a minute, without end. */
  readonly plan: Pick<RolloutPlan, 'phases' | 'policy'> | null;
  readonly mostDevices: number;
  /** Every failure is followed by a look; besides, one in so many minutes. */
  readonly lookEvery: number;
  /** Share of installations that fail, and after how long that is seen. */
  readonly installShare: number;
  readonly installFailsAfter: number;
  readonly commitsAfter: number;
  /** Share of devices in which something fails while they are watched: the release's, and that of all others. */
  readonly healthShare: number;
  readonly baseShare: number;
  /** How long devices are watched; failures are seen evenly over it. */
  readonly watched: number;
  /** Failures after the commit are all seen in this part of the watched time. */
  readonly failsWithin: number;
  /** Everything fails so many times as often while so many devices start. */
  readonly outage: { readonly factor: number; readonly devices: number } | null;
  /** Compare with this many fresh devices for each that runs the release, as the tables of needs 5.6 do; else with all. */
  readonly controlsPerDevice: number | null;
}

export interface Ending {
  readonly stopped: boolean;
  readonly started: number;
  /** Whether a phase ended without proof, so that a person had to let the rollout go on. */
  readonly asked: boolean;
}

/** One pretend rollout through the real gate. */
export function runRollout(plan: SequentialGate, scenario: Scenario, random: () => number): Ending {
  return new PretendRollout({ ...plan, observeMs: scenario.watched * minuteMs }, scenario, random).run();
}

const minuteMs = 60_000;

class PretendRollout {
  readonly #plan: SequentialGate;
  readonly #scenario: Scenario;
  readonly #random: () => number;
  readonly #steps = new TimeQueue();
  readonly #windows: Window[] = [];
  #settled = 0;
  #ended = 0;
  #state: GateState;
  #counts: { -readonly [K in keyof StratumCounts]: number } & { succeeded: number; installFailed: number };
  #outage: { from: number; until: number } | null = null;

  constructor(plan: SequentialGate, scenario: Scenario, random: () => number) {
    this.#plan = plan;
    this.#scenario = scenario;
    this.#random = random;
    this.#state = newGateState(plan, { '': plan.expectedFailureShare }, 0, scenario.watched * minuteMs);
    this.#counts = { ...noStratum, control: scenario.fleet, succeeded: 0, installFailed: 0 };
    if (scenario.outage) {
      // Somewhere in the first 2,000 starts, as if they came ten a minute; it lasts as long as so many starts would.
      const lasts = scenario.outage.devices / 10;
      const from = random() * 200;
      this.#outage = { from, until: from + lasts };
    }
  }

  run(): Ending {
    const { mostDevices } = this.#scenario;
    let nextStart = 0;
    let nextLook = this.#scenario.lookEvery;
    let nextControl = this.#controlAfter(0);
    while (!(this.#counts.started >= mostDevices && this.#steps.isEmpty)) {
      const step = this.#steps.next;
      const start = this.#counts.started >= mostDevices ? Number.POSITIVE_INFINITY : nextStart;
      const now = Math.min(start, step, nextControl, nextLook);
      this.#moveWindows(now);
      if (now === step) this.#step(now, this.#steps.pop());
      else if (now === nextControl) {
        this.#failControl();
        nextControl = this.#controlAfter(now);
      } else if (now === nextLook) {
        this.#look(now);
        this.#openNext(now);
        nextLook = now + this.#scenario.lookEvery;
      } else {
        if (this.#mayStart()) this.#start(now);
        nextStart = now + 1 / this.#pace();
      }
      if (this.#state.crossed) return { stopped: true, started: this.#counts.started, asked: this.#asked };
    }
    return { stopped: false, started: this.#counts.started, asked: this.#asked };
  }

  #phase = 0;
  #soakFrom: number | null = null;
  #asked = false;

  #pace(): number {
    const rate = this.#scenario.plan?.policy.rate;
    return rate ? perMinuteOf(rate, this.#counts.succeeded) : 1;
  }

  #members(): number {
    const { plan, fleet } = this.#scenario;
    const size = plan?.phases[this.#phase]?.size;
    if (!size) return Number.POSITIVE_INFINITY;
    if ('share' in size) return Math.round(size.share * fleet);
    return 'count' in size ? size.count : 0;
  }

  /** While the gate waits for what the control says nobody starts; nor when the phase has all of its devices. */
  #mayStart(): boolean {
    return this.#state.suspectSince === null && this.#counts.started < this.#members();
  }

  /** Opens the next phase by what the real gate says of this one; where it asks a person, they let it go on. */
  #openNext(now: number): void {
    const planned = this.#scenario.plan?.phases[this.#phase];
    const members = this.#members();
    if (!planned || this.#counts.succeeded < planned.successShare * members) return;
    this.#soakFrom ??= now * minuteMs;
    if (now * minuteMs < this.#soakFrom + planned.minSoakMs) return;
    const phase = { ...planned, members, soakFrom: this.#soakFrom } as Phase;
    const { started, succeeded, installFailed: failed } = this.#counts;
    const counts = { ...noCounts, started, succeeded, failed, open: started - succeeded - failed };
    const watching = this.#windows.length - this.#ended;
    const { verdict, asks } = judgeSequential(
      this.#plan,
      this.#state,
      { '': this.#counts },
      {
        phase,
        counts,
        watching,
        now: now * minuteMs,
      },
    );
    if (asks) this.#asked = true;
    if (verdict !== 'pass' && !asks) return;
    this.#phase++;
    this.#soakFrom = null;
  }

  #start(now: number): void {
    const { installShare, installFailsAfter, commitsAfter } = this.#scenario;
    this.#counts.started++;
    const isHit = this.#outage !== null && now >= this.#outage.from && now < this.#outage.until;
    const factor = isHit ? (this.#scenario.outage?.factor ?? 1) : 1;
    const fails = this.#random() < installShare * factor;
    if (fails) this.#steps.push(now + installFailsAfter, { kind: 'install-failed', startedAt: now });
    else this.#steps.push(now + commitsAfter, { kind: 'committed', startedAt: now });
  }

  #step(now: number, step: Step): void {
    if (step.kind === 'committed') {
      this.#commit(now, step.startedAt);
      return;
    }
    const failure = {
      stratum: '',
      startedAt: step.startedAt * minuteMs,
      committedAt: step.kind === 'failed' ? step.committedAt * minuteMs : null,
      at: now * minuteMs,
      isDark: false,
    };
    this.#state = takeTreatedFailure(this.#state, failure, this.#atRisk());
    if (step.kind === 'failed') {
      step.window.isOpen = false;
      if (step.window.settlesAt < now) this.#counts.watched--;
    } else this.#counts.installFailed++;
    this.#look(now);
  }

  #commit(now: number, startedAt: number): void {
    const { healthShare, watched, failsWithin } = this.#scenario;
    this.#counts.succeeded++;
    const failsAt = now + this.#random() * failsWithin;
    const window: Window = { settlesAt: now + watched / 10, endsAt: now + watched, isOpen: true };
    this.#windows.push(window);
    const fails = this.#random() < healthShare * this.#hazardFactor(failsAt);
    if (fails) this.#steps.push(failsAt, { kind: 'failed', startedAt, committedAt: now, window });
  }

  /** Windows settle and end in the order in which they opened. */
  #moveWindows(now: number): void {
    for (; (this.#windows[this.#settled]?.settlesAt ?? now) < now; this.#settled++) {
      if (this.#windows[this.#settled]?.isOpen) this.#counts.watched++;
    }
    for (; (this.#windows[this.#ended]?.endsAt ?? now) < now; this.#ended++) {
      const window = this.#windows[this.#ended];
      if (!window?.isOpen) continue;
      window.isOpen = false;
      this.#counts.watched--;
      this.#counts.proven++;
    }
  }

  #failControl(): void {
    this.#state = takeControlFailure(this.#state, this.#atRisk());
    this.#counts.controlEvents++;
  }

  #atRisk(): StratumCounts {
    const { controlsPerDevice } = this.#scenario;
    if (controlsPerDevice === null) return this.#counts;
    const control = controlsPerDevice * Math.max(1, this.#counts.watched);
    return { ...this.#counts, control, controlEvents: 0 };
  }

  #controlAfter(now: number): number {
    const { baseShare, watched } = this.#scenario;
    if (baseShare === 0) return Number.POSITIVE_INFINITY;
    const most = this.#scenario.outage?.factor ?? 1;
    let at = now;
    for (;;) {
      const control = this.#controlCount();
      at += -Math.log(1 - this.#random()) / (((control * baseShare) / watched) * most);
      if (this.#random() * most < this.#hazardFactor(at)) return at;
    }
  }

  #controlCount(): number {
    const atRisk = this.#atRisk();
    return Math.max(1, atRisk.control - atRisk.controlEvents);
  }

  /** Failures are seen when devices call: an outage shows ever more until all have called, and fades likewise. */
  #hazardFactor(at: number): number {
    const { outage, watched } = this.#scenario;
    if (!this.#outage || !outage) return 1;
    const { from, until } = this.#outage;
    const shown = Math.min(1, Math.max(0, (at - from) / watched)) - Math.min(1, Math.max(0, (at - until) / watched));
    return 1 + (outage.factor - 1) * shown;
  }

  #look(now: number): void {
    const counts: GateCounts = { '': this.#counts };
    this.#state = look(this.#plan, takeProgress(this.#state, counts, now * minuteMs), counts, now * minuteMs);
  }
}

type Step =
  | { readonly kind: 'install-failed' | 'committed'; readonly startedAt: number }
  | { readonly kind: 'failed'; readonly startedAt: number; readonly committedAt: number; readonly window: Window };

interface Window {
  readonly settlesAt: number;
  readonly endsAt: number;
  isOpen: boolean;
}

/** A binary heap by time. */
class TimeQueue {
  readonly #at: number[] = [];
  readonly #items: Step[] = [];

  get isEmpty(): boolean {
    return this.#at.length === 0;
  }

  get next(): number {
    return this.#at[0] ?? Number.POSITIVE_INFINITY;
  }

  push(at: number, item: Step): void {
    let index = this.#at.push(at) - 1;
    this.#items.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if ((this.#at[parent] as number) <= at) break;
      this.#swap(index, parent);
      index = parent;
    }
  }

  pop(): Step {
    const top = this.#items[0] as Step;
    const at = this.#at.pop() as number;
    const item = this.#items.pop() as Step;
    if (this.#at.length > 0) {
      this.#at[0] = at;
      this.#items[0] = item;
      this.#sink(0);
    }
    return top;
  }

  #sink(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.#at.length) return;
      const right = left + 1;
      const child = right < this.#at.length && (this.#at[right] as number) < (this.#at[left] as number) ? right : left;
      if ((this.#at[child] as number) >= (this.#at[index] as number)) return;
      this.#swap(index, child);
      index = child;
    }
  }

  #swap(a: number, b: number): void {
    [this.#at[a], this.#at[b]] = [this.#at[b] as number, this.#at[a] as number];
    [this.#items[a], this.#items[b]] = [this.#items[b] as Step, this.#items[a] as Step];
  }
}
