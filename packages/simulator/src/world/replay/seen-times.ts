import type { DeviceId, Instant } from '@fettle/model';
import type { SeenTimes } from '../memory/tables.ts';
import type { Contacts } from './contacts.ts';

/** What is known of a device's contacts without looking at each. */
export interface Contacted {
  readonly id: DeviceId;
  readonly contacts: Contacts;
}

interface Sighting {
  readonly at: Instant;
  readonly device: number;
}

/**
 * When devices were last seen, of many devices that check in without anything being done for each check-in: from their
 * recorded contacts, and from those that were really dealt with.
 */
export class ReplaySeen implements SeenTimes {
  readonly #from: Instant;
  readonly #devices: readonly Contacted[];
  readonly #indexOf = new Map<DeviceId, number>();
  readonly #now: () => Instant;
  readonly #dealt: Float64Array;
  /** The recorded contact before now that was found last, and the one after it: a look-up is mostly the same again. */
  readonly #before: Float64Array;
  readonly #after: Float64Array;
  /** Ends of long stretches without a contact, in order. */
  readonly #silences: Sighting[] = [];
  readonly #sightings: Sighting[] = [];

  /** @param shortMs silences that are no longer are of no interest to anybody */
  constructor(
    devices: readonly Contacted[],
    times: { readonly from: Instant; readonly now: () => Instant; readonly shortMs: number },
  ) {
    this.#from = times.from;
    this.#now = times.now;
    this.#devices = devices;
    this.#dealt = new Float64Array(devices.length);
    this.#before = new Float64Array(devices.length);
    this.#after = new Float64Array(devices.length).fill(-1);
    devices.forEach(({ id, contacts }, device) => {
      this.#indexOf.set(id, device);
      for (const [last] of contacts.gaps(times.shortMs)) this.#silences.push({ at: last + times.from, device });
    });
    this.#silences.sort((a, b) => a.at - b.at);
  }

  of(id: DeviceId): Instant | null {
    const device = this.#indexOf.get(id);
    return device === undefined ? null : this.#last(device);
  }

  note(id: DeviceId, at: Instant): void {
    const device = this.#indexOf.get(id);
    if (device === undefined) return;
    this.#dealt[device] = at;
    this.#sightings.push({ at, device });
  }

  between(after: { lastSeenAt: Instant; device: DeviceId }, until: Instant, limit: number): DeviceId[] {
    const found = new Map<number, Instant>();
    for (const list of [this.#silences, this.#sightings]) {
      for (let i = firstFrom(list, after.lastSeenAt); i < list.length; i++) {
        const { at, device } = list[i] as Sighting;
        if (at > until) break;
        if (at === after.lastSeenAt && this.#idOf(device) <= after.device) continue;
        if (this.#last(device) === at) found.set(device, at);
      }
    }
    return [...found]
      .map(([device, at]) => ({ id: this.#idOf(device), at }))
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      .slice(0, limit)
      .map(({ id }) => id);
  }

  #idOf(device: number): DeviceId {
    return (this.#devices[device] as Contacted).id;
  }

  #last(device: number): Instant | null {
    const now = this.#now() - this.#from;
    if (now >= (this.#after[device] ?? 0)) this.#lookUp(device, now);
    const last = this.#before[device] ?? -1;
    return Math.max(last < 0 ? 0 : last + this.#from, this.#dealt[device] ?? 0) || null;
  }

  #lookUp(device: number, now: number): void {
    const { contacts } = this.#devices[device] as Contacted;
    this.#before[device] = contacts.last(now);
    this.#after[device] = contacts.next(now + 1);
  }
}

function firstFrom(list: readonly Sighting[], at: Instant): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
