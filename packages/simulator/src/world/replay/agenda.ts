import { TimeHeap } from '../kernel/time-heap.ts';
import { never } from './contacts.ts';
import { addDeed, type Deed, type Planned, type Running } from './deeds.ts';
import type { Offset } from './recording.ts';

/**
 * What devices do next: check-ins that they make by themselves, and the deeds of their attempts. One entry a device and
 * one an attempt, whatever there is to come.
 */
export class Agenda {
  /** Entries whose time was changed are passed over. */
  readonly #wakes = new TimeHeap<number>((a, b) => a < b);
  /** When each device next checks in by itself and something may come of it. */
  readonly #wakeAt: Float64Array;
  readonly #attempts = new TimeHeap<Running>(
    (a, b) => a.device < b.device || (a.device === b.device && a.turn < b.turn),
  );

  constructor(devices: number) {
    this.#wakeAt = new Float64Array(devices).fill(never);
  }

  get wakeAt(): Offset {
    return this.#wakes.firstAt;
  }

  get deedAt(): Offset {
    return this.#attempts.firstAt;
  }

  /** Of two devices at the same moment the one with the lower number comes first, and a deed before a check-in. */
  get isWakeNext(): boolean {
    const { wakeAt, deedAt } = this;
    if (wakeAt !== deedAt) return wakeAt < deedAt;
    return (this.#wakes.first ?? 0) < (this.#attempts.first?.device ?? 0);
  }

  wake(device: number, at: Offset): void {
    if (this.#wakeAt[device] === at) return;
    this.#wakeAt[device] = at;
    if (at !== never) this.#wakes.add(at, device);
  }

  /** @returns the device, or undefined when it was to be woken at another time meanwhile */
  takeWake(): number | undefined {
    const { firstAt } = this.#wakes;
    const device = this.#wakes.take();
    if (device === undefined || this.#wakeAt[device] !== firstAt) return undefined;
    this.#wakeAt[device] = never;
    return device;
  }

  begin(running: Running): void {
    const [first] = running.deeds;
    if (first) this.#attempts.add(first.at, running);
  }

  /** Adds a deed to an attempt that lies no earlier than the one that is being done. */
  add(running: Running, planned: Planned): void {
    const isWaiting = running.done < running.deeds.length;
    addDeed(running, planned);
    // What comes first keeps its entry: it was there before, or there was none.
    if (!isWaiting || running.deeds[running.done] === planned) this.#attempts.add(planned.at, running);
  }

  /** @returns undefined when another deed has come before it meanwhile, and was done */
  takeDeed(): { readonly running: Running; readonly deed: Deed } | undefined {
    const { firstAt } = this.#attempts;
    const running = this.#attempts.take();
    const planned = running?.deeds[running.done];
    if (!running || planned?.at !== firstAt) return undefined;
    running.done++;
    const next = running.deeds[running.done];
    if (next) this.#attempts.add(next.at, running);
    return { running, deed: planned.deed };
  }
}
