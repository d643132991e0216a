import type { DeviceId, Instant } from '@fettle/model';
import type { SeenTimes } from './tables.ts';

/** Last-seen times of few devices: whoever is looked for is found by looking at all. */
export class SeenMap implements SeenTimes {
  readonly #seen = new Map<DeviceId, Instant>();

  of(device: DeviceId): Instant | null {
    return this.#seen.get(device) ?? null;
  }

  note(device: DeviceId, at: Instant): void {
    if (at > (this.#seen.get(device) ?? 0)) this.#seen.set(device, at);
  }

  between(after: { lastSeenAt: Instant; device: DeviceId }, until: Instant, limit: number): DeviceId[] {
    const from = after.lastSeenAt;
    return [...this.#seen]
      .filter(([device, at]) => at <= until && (at > from || (at === from && device > after.device)))
      .sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([device]) => device);
  }
}
