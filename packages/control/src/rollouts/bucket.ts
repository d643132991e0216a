import { hash } from 'node:crypto';
import type { DeviceId } from '@fettle/model';

/**
 * The place of a device in a rollout, from 0 up to but not including 1, spread evenly.
 * A function of salt and id alone: it stays put when the rollout is paused, resumed or widened.
 */
export function bucketOf(salt: string, device: DeviceId): number {
  return Number.parseInt(hash('sha256', `${salt}\n${device}`, 'hex').slice(0, 12), 16) / 2 ** 48;
}
