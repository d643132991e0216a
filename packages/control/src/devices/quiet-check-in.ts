import type { DeviceId, Instant, TenantId } from '@fettle/model';
import type { native } from '@fettle/protocol';
import type { Brain } from '../brain.ts';
import { nextCheckInSeconds } from './check-in-time.ts';
import { deviceScope } from './device-scope.ts';

/**
 * The check-in of a device that says exactly what it said when the answer was "nothing new", and for which nothing
 * changed since. Synchronous; costs one hash over the request.
 * @param token the bearer token as it came, unchecked: that the very same one was good is part of what is remembered
 * @returns undefined when the call has to go the full way
 */
export function quietCheckIn(brain: Brain, token: string, body: Uint8Array): native.CheckInResponse | undefined {
  const now = brain.clock.now();
  const found = brain.quiet.recall(token, body, now);
  const intervalMs = found && brain.contexts.intervalOf(found.structure);
  if (found === undefined || intervalMs === undefined) return undefined;
  const middle = token.indexOf('~');
  const device = token.slice(middle + 1, token.indexOf('~', middle + 1)) as DeviceId;
  if (!found.isSeenLately) {
    brain.store.seen(deviceScope(token.slice(0, middle) as TenantId, device, ''), device, now);
  }
  return quietAnswer(device, intervalMs, now);
}

/** What a device is told that has nothing to do. */
export function quietAnswer(device: DeviceId, intervalMs: number, now: Instant): native.CheckInResponse {
  return {
    nextCheckInSeconds: nextCheckInSeconds(device, { intervalMs, isActive: false, now }),
    serverTime: textOf(now),
  };
}

let lastInstant: Instant = Number.NaN;
let lastText = '';

/** RFC 3339; many devices are answered in one millisecond. */
function textOf(now: Instant): string {
  if (now !== lastInstant) {
    lastText = new Date(now).toISOString();
    lastInstant = now;
  }
  return lastText;
}
