import type { Device, Instant, Phase } from '@fettle/model';
import type { Survey, Tally } from '../ports.ts';
import type { Measurement } from './advance.ts';
import { bucketOf } from './bucket.ts';
import type { DecisionContext, RolloutContext } from './context.ts';
import { isMember } from './decide.ts';
import { ControlTally } from './gates/control-tally.ts';
import { placeOf } from './predicates/place.ts';

/** Which phase of which rollout is measured. */
export interface PhaseOrder {
  readonly fleet: DecisionContext;
  readonly context: RolloutContext;
  readonly index: number;
  readonly now: Instant;
}

/**
 * Counts the devices that a phase reaches. A share keeps its limit; a count takes the devices with the lowest buckets,
 * so that not the fastest to call become the canaries. A share too small for even one device takes the first.
 * Memory: as many numbers as the rollout has members.
 */
export const phaseSurvey: Survey<PhaseOrder, Measurement> = {
  name: 'phase',
  begin(order) {
    const { size } = order.context.rollout.phases[order.index] as Phase;
    return 'group' in size ? new AdmittedTally(order) : new BucketTally(order, size);
  },
};

class BucketTally implements Tally<Measurement> {
  readonly #order: PhaseOrder;
  readonly #size: { readonly share: number } | { readonly count: number };
  readonly #control: ControlTally | undefined;
  #buckets = new Float64Array(1_024);
  #count = 0;

  constructor(order: PhaseOrder, size: { readonly share: number } | { readonly count: number }) {
    this.#order = order;
    this.#size = size;
    this.#control = ControlTally.for(order);
  }

  add(device: Device): void {
    const { context, fleet, now } = this.#order;
    if (!isMember(device, context, fleet, now)) return;
    if (this.#count === this.#buckets.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#buckets);
      this.#buckets = larger;
    }
    this.#buckets[this.#count++] = bucketOf(context.rollout.salt, device.id);
    this.#control?.add(device);
  }

  result(): Measurement {
    const buckets = this.#buckets.slice(0, this.#count);
    const found = this.#reach(buckets);
    if (!this.#control) return found;
    return { ...found, control: this.#control.count((index) => (buckets[index] ?? 0) >= found.bucketLimit) };
  }

  #reach(buckets: Float64Array): Measurement {
    if ('count' in this.#size) return limitTo(buckets.slice(), this.#size.count);
    const { share } = this.#size;
    const members = buckets.filter((bucket) => bucket < share).length;
    if (members === 0 && buckets.length > 0) return limitTo(buckets.slice(), 1);
    return { bucketLimit: share, members };
  }
}

function limitTo(buckets: Float64Array, count: number): Measurement {
  if (buckets.length <= count) return { bucketLimit: 1, members: buckets.length };
  buckets.sort();
  // The limit lies between the last member and the first that is not one.
  return { bucketLimit: buckets[count] ?? 1, members: count };
}

/** A phase that takes a group has no limit of its own: its members are those of the group and of earlier phases. */
class AdmittedTally implements Tally<Measurement> {
  readonly #order: PhaseOrder;
  readonly #opened: RolloutContext;
  readonly #control: ControlTally | undefined;
  readonly #heldBack: boolean[] = [];
  #members = 0;

  constructor(order: PhaseOrder) {
    const { context, index } = order;
    const { rollout } = context;
    const phases = rollout.phases.map((phase, at) => (at <= index ? { ...phase, status: 'open' as const } : phase));
    this.#order = order;
    this.#opened = { ...context, rollout: { ...rollout, phases } };
    this.#control = ControlTally.for(order);
  }

  add(device: Device): void {
    const { context, fleet, now } = this.#order;
    if (!isMember(device, context, fleet, now)) return;
    const isReached = placeOf({ device, context: this.#opened, now }).kind === 'open';
    if (isReached) this.#members++;
    if (!this.#control) return;
    this.#control.add(device);
    this.#heldBack.push(!isReached);
  }

  result(): Measurement {
    const found = { bucketLimit: 0, members: this.#members };
    if (!this.#control) return found;
    return { ...found, control: this.#control.count((index) => this.#heldBack[index] === true) };
  }
}
