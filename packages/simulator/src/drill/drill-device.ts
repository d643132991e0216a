import { randomBytes } from 'node:crypto';
import { type DeviceId, deviceId, type FleetId, type Instant } from '@fettle/model';
import { type DeviceTrust, type DeviceVerdict, type FetchMetadata, trustRoot, updateDevice } from '@fettle/trust';
import { fraction } from '../fleet/random.ts';
import { drillComponent, drillType } from './releases.ts';
import type { Repositories } from './rotations.ts';

export const clockHabits = ['right', 'at-1970', 'at-2099', 'jumping'] as const;
export type ClockHabit = (typeof clockHabits)[number];

/** A device of the simulated copy. */
export interface DrillDevice {
  readonly id: DeviceId;
  readonly index: number;
  readonly fleet: FleetId;
  readonly clock: ClockHabit;
  /** Switched off from the first rotation until the end. */
  readonly sleeps: boolean;
  trust: DeviceTrust;
  releaseCounter: number;
  contacts: number;
}

/** What a device reaches. */
export interface Network {
  readonly fetchDirector: FetchMetadata;
  readonly fetchImage: FetchMetadata;
  readonly askTime: (nonce: string) => Promise<Uint8Array | undefined>;
}

/** Shares of a fleet, from 0 to 1. */
export interface FleetShares {
  readonly laggards: number;
  readonly at1970: number;
  readonly at2099: number;
  readonly jumping: number;
}

/** Devices as they leave the factory: with the roots of that day. The same seed gives the same devices. */
export function makeDevices(
  count: number,
  { image, director }: Repositories,
  { seed, shares }: { readonly seed: string; readonly shares: FleetShares },
): DrillDevice[] {
  const [imageRoot, directorRoot] = [trustRoot(image.roots.newest), trustRoot(director.roots.newest)];
  if (!imageRoot.ok || !directorRoot.ok) throw new Error('A root of the drill does not hold by itself.');
  const trust: DeviceTrust = { image: imageRoot.state, director: directorRoot.state, timeFloor: 0 };
  const fleets = [...image.fleets.keys()];
  const habitOf = dealt<ClockHabit>(count, seed, [
    ['at-1970', shares.at1970],
    ['at-2099', shares.at2099],
    ['jumping', shares.jumping],
  ]);
  const sleepers = dealt(count, `${seed} sleep`, [['sleeps', shares.laggards]]);
  return Array.from({ length: count }, (_, index) => {
    const fleet = fleets[index % fleets.length];
    if (fleet === undefined) throw new Error('A drill without fleets was begun.');
    const id = deviceId(`drill-${String(index + 1).padStart(6, '0')}`);
    const clock = habitOf.get(index) ?? 'right';
    return { id, index, fleet, clock, sleeps: sleepers.has(index), trust, releaseCounter: 0, contacts: 0 };
  });
}

/** One update of a device, as its agent does it. What it trusts afterwards is kept, whatever came of it. */
export async function contact(
  device: DrillDevice,
  network: Network,
  now: Instant,
  seed: string,
): Promise<DeviceVerdict> {
  device.contacts += 1;
  const verdict = await updateDevice(device.trust, {
    fleet: device.fleet,
    device: {
      id: device.id,
      type: drillType,
      hardwareRevision: null,
      components: [
        { component: drillComponent, serial: drillComponent, releaseCounter: device.releaseCounter, floor: 0 },
      ],
    },
    ...network,
    nonce: randomBytes(16).toString('hex'),
    clock: clockOf(device, now, seed),
    keep: async (trust) => {
      device.trust = trust;
    },
  });
  if (verdict.ok && verdict.manifest) device.releaseCounter = verdict.manifest.counter;
  return verdict;
}

const endOf2099 = Date.UTC(2099, 11, 31);

function clockOf({ clock, id, contacts }: DrillDevice, now: Instant, seed: string): Instant {
  switch (clock) {
    case 'right':
      return now;
    case 'at-1970':
      return contacts * 60_000;
    case 'at-2099':
      return endOf2099;
    case 'jumping':
      return Math.floor(fraction(seed, 'clock', id, contacts) * endOf2099);
  }
}

/** Deals exact shares out to places in an order that the seed gives. */
function dealt<T>(count: number, seed: string, shares: readonly (readonly [T, number])[]): ReadonlyMap<number, T> {
  const order = Array.from({ length: count }, (_, place) => ({ place, at: fraction(seed, 'deal', place) }));
  order.sort((a, b) => a.at - b.at);
  const given = new Map<number, T>();
  let from = 0;
  for (const [what, share] of shares) {
    const until = from + Math.round(share * count);
    for (const { place } of order.slice(from, until)) given.set(place, what);
    from = until;
  }
  return given;
}
