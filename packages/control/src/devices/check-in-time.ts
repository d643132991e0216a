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

/** FNV-1a over the id: spread is all that is asked of it. @source RFC 9923 §2 */
function slotOf(device: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < device.length; i++) hash = Math.imul(hash ^ device.charCodeAt(i), 0x01000193);
  // The high bits of FNV follow the last characters too little: fold the low ones into them.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
