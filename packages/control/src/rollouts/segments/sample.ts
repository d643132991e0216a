import { hash } from 'node:crypto';
import type { Traits } from './condition.ts';

/** A device that was offered the release, as it was then, and what became of it. */
export interface ExposedDevice {
  readonly id: string;
  readonly traits: Traits;
  readonly failed: boolean;
}

/**
 * At most so many devices: all that failed go first (up to half the room, when there are others), the rest by a hash of
 * their ids, so that the same devices always give the same sample.
 */
export function sampleDevices(devices: readonly ExposedDevice[], most: number): readonly ExposedDevice[] {
  if (devices.length <= most) return devices;
  const failed = devices.filter((device) => device.failed);
  const sound = devices.filter((device) => !device.failed);
  const keptFailed = lowest(failed, Math.max(Math.ceil(most / 2), most - sound.length));
  return [...keptFailed, ...lowest(sound, most - keptFailed.length)];
}

function lowest(devices: readonly ExposedDevice[], most: number): readonly ExposedDevice[] {
  if (devices.length <= most) return devices;
  const placed = devices.map((device) => ({ device, place: hash('sha256', device.id, 'hex') }));
  placed.sort((a, b) => (a.place < b.place ? -1 : 1));
  return placed.slice(0, most).map(({ device }) => device);
}
