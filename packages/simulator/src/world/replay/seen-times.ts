import type { DeviceId, Instant } from '@fettle/model';
import type { SeenTimes } from '../memory/tables.ts';
import { type Contacts, ContactTable } from './contacts.ts';
import { Sightings } from './sightings.ts';

/** What is known of a device's contacts without looking at each. */
export interface Contacted {
  readonly id: DeviceId;
  readonly contacts: Contacts;
}

/**
 * When devices were last seen, of many devices that check in without anything being done for each check-in: from their
 * recorded contacts, and from those that were really dealt with.
 */
export class ReplaySeen implements SeenTimes {
  readonly #from: Instant;
  readonly #devices: readonly Contacted[];
  readonly #contacts: ContactTable;
  readonly #indexOf = new Map<DeviceId, number>();
  readonly #now: () => Instant;
  readonly #dealt: Float64Array;
  /** The recorded contact before now that was found last, and the one after it: a look-up is mostly the same again. */
  readonly #before: Float64Array;
  readonly #after: Float64Array;
  /** Ends of long stretches without a contact, in order. */
  readonly #silences: Sightings;
  readonly #sightings = new Sightings();

  /** @param shortMs silences that are no longer are of no interest to anybody */
  constructor(
    devices: readonly Contacted[],
    times: { readonly from: Instant; readonly now: () => Instant; readonly shortMs: number },
  ) {
    this.#from = times.from;
    this.#now = times.now;
    this.#devices = devices;
    this.#contacts = new ContactTable(devices.map(({ contacts }) => contacts));
    this.#dealt = new Float64Array(devices.length);
    this.#before = new Float64Array(devices.length);
    this.#after = new Float64Array(devices.length).fill(-1);
    const silences: { readonly at: Instant; readonly device: number }[] = [];
    devices.forEach(({ id, contacts }, device) => {
      this.#indexOf.set(id, device);
      for (const [last] of contacts.gaps(times.shortMs)) silences.push({ at: last + times.from, device });
    });
    this.#silences = new Sightings(silences.length);
    for (const { at, device } of silences.sort((a, b) => a.at - b.at)) this.#silences.add(at, device);
  }

  of(id: DeviceId): Instant | null {
    const device = this.#indexOf.get(id);
    return device === undefined ? null : this.#last(device);
  }

  note(id: DeviceId, at: Instant): void {
    const device = this.#indexOf.get(id);
    if (device !== undefined) this.noteNumber(device, at);
  }

  /** The same, of a device whose number is known. */
  noteNumber(device: number, at: Instant): void {
    this.#dealt[device] = at;
    this.#sightings.add(at, device);
  }

  between(after: { lastSeenAt: Instant; device: DeviceId }, until: Instant, limit: number): DeviceId[] {
    const found = new Map<number, Instant>();
    for (const list of [this.#silences, this.#sightings]) {
      for (let i = list.firstFrom(after.lastSeenAt); i < list.count; i++) {
        const [at, device] = list.at(i);
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
    this.#before[device] = this.#contacts.last(device, now);
    this.#after[device] = this.#contacts.next(device, now + 1);
  }
}
