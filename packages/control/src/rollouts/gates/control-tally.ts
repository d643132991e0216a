import { type Device, type Instant, type RolloutId, said } from '@fettle/model';
import type { DecisionContext, RolloutContext } from '../context.ts';
import type { ControlFound } from './open-gate.ts';
import { silenceMs } from './state.ts';
import { fullStratum, mostStrata } from './strata.ts';

/** Not at risk: already silent, unwell, or on the treated side. */
const outside = 255;

/**
 * Members of a rollout by stratum, so that those whom an opening phase does not reach can be counted as its control.
 * Memory: one byte a member.
 */
export class ControlTally {
  readonly #rollout: RolloutId;
  readonly #seenSince: Instant;
  readonly #strata: string[] = [];
  #kinds = new Uint8Array(1_024);
  #count = 0;

  /** @returns undefined when the gate of the rollout compares with nothing */
  static for(order: {
    readonly context: RolloutContext;
    readonly fleet: DecisionContext;
    readonly now: Instant;
  }): ControlTally | undefined {
    const { rollout } = order.context;
    if (rollout.policy.gate.kind === 'fixed') return undefined;
    return new ControlTally(rollout.id, order.now - silenceMs(order.fleet.fleet.checkInIntervalMs));
  }

  private constructor(rollout: RolloutId, seenSince: Instant) {
    this.#rollout = rollout;
    this.#seenSince = seenSince;
  }

  /** Takes the next member. */
  add(device: Device): void {
    if (this.#count === this.#kinds.length) {
      const larger = new Uint8Array(this.#count * 2);
      larger.set(this.#kinds);
      this.#kinds = larger;
    }
    const kind = this.#kindOf(device);
    this.#kinds[this.#count++] = this.#isAtRisk(device) ? kind : outside;
  }

  /** Members at risk among those whom the phase does not reach, by stratum; every stratum is named. */
  count(isHeldBack: (index: number) => boolean): ControlFound {
    const counts = this.#strata.map(() => 0);
    for (let i = 0; i < this.#count; i++) {
      const kind = this.#kinds[i] as number;
      if (kind !== outside && isHeldBack(i)) counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return Object.fromEntries(this.#strata.map((stratum, index) => [stratum, counts[index] ?? 0]));
  }

  #kindOf(device: Device): number {
    const full = fullStratum(device);
    const found = this.#strata.indexOf(full);
    if (found >= 0) return found;
    if (this.#strata.length < mostStrata) return this.#strata.push(full) - 1;
    const ofType = this.#strata.indexOf(device.type);
    return ofType >= 0 ? ofType : outside;
  }

  #isAtRisk(device: Device): boolean {
    if (device.lastSeenAt === null || device.lastSeenAt < this.#seenSince) return false;
    if (said(device, 'health') === 'bad') return false;
    return !device.attempts.some((attempt) => attempt.rollout === this.#rollout);
  }
}
