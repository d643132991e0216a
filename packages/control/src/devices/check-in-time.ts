import { hash } from 'node:crypto';
import type { Device, Instant } from '@fettle/model';

/** How soon a device with a deployment under way should come back. */
const activeIntervalMs = 60_000;

/** Whether the device has something under way. */
export function isActive(device: Device): boolean {
  return device.openDeployment !== null;
}

/**
 * When a device should come back: each keeps its own slot in the interval, so that an outage does not
 * gather the fleet at one moment and echo from then on.
 * @returns whole seconds, 1 or more, at most one and a half intervals
 * @source needs §5.10: "keep own slot"
 */
export function nextCheckInSeconds(
  device: string,
  schedule: { intervalMs: number; isActive: boolean; now: Instant },
): number {
  const interval = schedule.isActive ? Math.min(activeIntervalMs, schedule.intervalMs) : schedule.intervalMs;
  const slot = slotOf(device) * interval;
  const earliest = schedule.now + interval / 2;
  const next = Math.ceil((earliest - slot) / interval) * interval + slot;
  return Math.max(1, Math.round((next - schedule.now) / 1_000));
}

function slotOf(device: string): number {
  return Number.parseInt(hash('sha256', device, 'hex').slice(0, 12), 16) / 2 ** 48;
}
