import type { Instant } from '@fettle/model';
import { freezeState, scheduleState } from './calendar.ts';
import type { ForecastInput } from './forecast-input.ts';
import { perMinuteOf } from './pace.ts';
import { allOpen, anyOpen, never, type TimeState } from './time-state.ts';
import { windowsState } from './windows.ts';

/** What devices of a plan may wait for. */
export type Limit =
  | 'check-ins'
  | 'rate'
  | 'max-in-flight'
  | 'unproven'
  | 'bytes-per-hour'
  | 'windows'
  | 'freezes'
  | 'schedule'
  | 'installs'
  | 'gate';

/** Devices on their way through a plan, counted as a flow. */
export interface Flow {
  readonly now: Instant;
  /** Nothing more can happen, or not within two years. */
  readonly isOver: boolean;
  /** Devices of open phases that have not started. */
  readonly left: number;
  readonly started: number;
  readonly committed: number;
  readonly proven: number;
  readonly mostAtRisk: number;
  readonly mostInFlight: number;
  /** Opens a phase that adds so many devices. */
  admit(devices: number, maxInFlight: number): void;
  /** Lets those start that may, and moves time on to what happens next. @param wake when the caller wants to look again */
  step(wake: Instant | null): { readonly kind: Limit; readonly forMs: number };
}

const minute = 60_000;
const hour = 60 * minute;
const horizonMs = 2 * 365 * 24 * hour;
/** Steps of a minute for so many of them, then of ten: what is weeks away is no matter of minutes. */
const fineSteps = 14 * 24 * 60;
const almost = 1e-6;

interface Group {
  readonly zone: string;
  readonly share: number;
  left: number;
  /** Devices that were left when its present round of check-ins began, and when that was. */
  round: number;
  roundAt: Instant;
  open: boolean;
}

/** Devices that started at one time; each is under way, then watched, then proven, in the order in which they came. */
interface Batch {
  readonly at: Instant;
  readonly devices: number;
}

export function createFlow(input: ForecastInput): Flow {
  return new PlanFlow(input);
}

class PlanFlow implements Flow {
  readonly #input: ForecastInput;
  readonly #groups: readonly Group[];
  readonly #batches: Batch[] = [];
  readonly #observeMs: number;
  #maxInFlight = 1;
  #steps = 0;
  // Places in #batches up to which devices have committed, are proven, and have left the last hour.
  #toCommit = 0;
  #toProve = 0;
  #toForget = 0;
  #startedBefore = 0;
  now: Instant;
  isOver = false;
  started = 0;
  committed = 0;
  proven = 0;
  mostAtRisk = 0;
  mostInFlight = 0;

  constructor(input: ForecastInput) {
    this.#input = input;
    this.now = input.now;
    const { gate } = input.plan.policy;
    this.#observeMs = gate.kind === 'fixed' ? 0 : gate.observeMs;
    const all = input.zones.reduce((sum, { devices }) => sum + devices, 0);
    const zones = all > 0 ? input.zones : [{ zone: 'UTC', devices: 1 }];
    const whole = all > 0 ? all : 1;
    this.#groups = zones.map(({ zone, devices }) => ({
      zone,
      share: devices / whole,
      left: 0,
      round: 0,
      roundAt: input.now,
      open: false,
    }));
  }

  get left(): number {
    return this.#groups.reduce((sum, group) => sum + group.left, 0);
  }

  admit(devices: number, maxInFlight: number): void {
    this.#maxInFlight = maxInFlight;
    for (const group of this.#groups) {
      group.left += devices * group.share;
      this.#beginRound(group);
    }
  }

  step(wake: Instant | null): { readonly kind: Limit; readonly forMs: number } {
    const begin = this.now;
    const stepMs = this.#steps > fineSteps ? 10 * minute : minute;
    this.#steps += 1;
    const limit = this.#startSome(stepMs);
    const last = this.#batches.at(-1);
    const next = last?.at === begin ? begin + stepMs : this.#nextChange(wake);
    // A soak that ends in between ends then.
    this.now = wake !== null && wake > begin ? Math.min(next, wake) : next;
    this.isOver = this.now >= never || this.now - this.#input.now > horizonMs;
    if (this.isOver) return { kind: limit, forMs: 0 };
    this.#settle();
    return { kind: limit, forMs: this.now - begin };
  }

  #startSome(stepMs: number): Limit {
    if (this.left <= almost) return this.committed < this.started - almost ? 'installs' : 'gate';
    const time = this.#timeLimit();
    if (time !== null) return time;
    const arriving = this.#groups.map((group) => this.#arriving(group, stepMs));
    const arrived = arriving.reduce((sum, devices) => sum + devices, 0);
    if (arrived <= 0) return 'windows';
    const [limit, most] = this.#tightest(arrived, stepMs);
    const starts = Math.max(0, Math.min(arrived, most));
    if (starts <= almost) return limit;
    for (const [index, group] of this.#groups.entries()) {
      group.left = Math.max(0, group.left - ((arriving[index] ?? 0) / arrived) * starts);
    }
    this.started += starts;
    this.#batches.push({ at: this.now, devices: starts });
    this.mostInFlight = Math.max(this.mostInFlight, this.started - this.committed);
    this.mostAtRisk = Math.max(this.mostAtRisk, this.started - this.proven);
    return limit;
  }

  #tightest(arrived: number, stepMs: number): readonly [Limit, number] {
    const { rate, budgets } = this.#input.plan.policy;
    const limits: (readonly [Limit, number])[] = [['check-ins', arrived]];
    if (rate) limits.push(['rate', perMinuteOf(rate, this.committed) * (stepMs / minute)]);
    limits.push(['max-in-flight', this.#maxInFlight - (this.started - this.committed)]);
    if (budgets.unproven !== null) limits.push(['unproven', budgets.unproven - (this.started - this.proven)]);
    if (budgets.bytesPerHour !== null && this.#input.bytesPerDevice > 0) {
      const inHour = this.started - this.#startedBefore;
      // One device always fits, as it does when decisions are made.
      const most = Math.max(1, budgets.bytesPerHour / this.#input.bytesPerDevice);
      limits.push(['bytes-per-hour', most - inHour]);
    }
    return limits.reduce((least, next) => (next[1] < least[1] ? next : least));
  }

  /** Devices check in evenly over an interval, round after round; a window that opens begins a round of its own. */
  #arriving(group: Group, stepMs: number): number {
    const { plan, checkInIntervalMs } = this.#input;
    const open = windowsState(plan.policy.windows, group.zone, this.now).open;
    if (open && (!group.open || this.now >= group.roundAt + checkInIntervalMs)) this.#beginRound(group);
    group.open = open;
    if (!open) return 0;
    return Math.min(group.left, group.round * Math.min(1, stepMs / Math.max(1, checkInIntervalMs)));
  }

  #beginRound(group: Group): void {
    group.round = group.left;
    group.roundAt = this.now;
  }

  /** What keeps everybody waiting at this time of day. */
  #timeLimit(): Limit | null {
    const { plan, freezes } = this.#input;
    if (!scheduleState(plan.policy, this.now).open) return 'schedule';
    if (!plan.policy.ignoreFreezes && !freezeState(freezes, this.now).open) return 'freezes';
    return null;
  }

  /** When something changes by itself. */
  #nextChange(wake: Instant | null): Instant {
    const times: Instant[] = [];
    if (wake !== null && wake > this.now) times.push(wake);
    const { installMs } = this.#input;
    const first = (place: number, delayMs: number) => {
      const batch = this.#batches[place];
      if (batch) times.push(batch.at + delayMs);
    };
    first(this.#toCommit, installMs);
    first(this.#toProve, installMs + this.#observeMs);
    if (this.left > almost) {
      first(this.#toForget, hour);
      times.push(this.#opening());
    }
    return Math.min(never, ...times.filter((time) => time > this.now));
  }

  #opening(): Instant {
    const { plan, freezes } = this.#input;
    const windows = this.#groups
      .filter((group) => group.left > almost)
      .map((group) => windowsState(plan.policy.windows, group.zone, this.now));
    const states: TimeState[] = [anyOpen(windows), scheduleState(plan.policy, this.now)];
    if (!plan.policy.ignoreFreezes) states.push(freezeState(freezes, this.now));
    return allOpen(states).changesAt;
  }

  #settle(): void {
    const { installMs } = this.#input;
    const pass = (place: number, delayMs: number, add: (devices: number) => void): number => {
      let at = place;
      for (; at < this.#batches.length; at += 1) {
        const batch = this.#batches[at];
        if (!batch || batch.at + delayMs > this.now) break;
        add(batch.devices);
      }
      return at;
    };
    this.#toCommit = pass(this.#toCommit, installMs, (devices) => {
      this.committed += devices;
    });
    this.#toProve = pass(this.#toProve, installMs + this.#observeMs, (devices) => {
      this.proven += devices;
    });
    this.#toForget = pass(this.#toForget, hour, (devices) => {
      this.#startedBefore += devices;
    });
  }
}
