import type { Instant, Rate } from '@fettle/model';

const minuteMs = 60_000;
const minutesOfHour = 60;

/** What a rollout started in one minute of the clock: the store keeps these. */
export interface Start {
  /** Minutes since 1970. */
  readonly minute: number;
  readonly devices: number;
  readonly bytes: number;
}

export interface Allowance {
  /** Devices that may start now. */
  readonly allowed: number;
  /** Now when some may, else the earliest time at which one might. */
  readonly nextAt: Instant;
}

/** The rate of a rollout at this point of its progress, in devices a minute. */
export function perMinuteOf(rate: Rate, succeeded: number): number {
  if (rate.kind === 'constant') return rate.perMinute;
  const steps = Math.floor(succeeded / rate.everySucceeded);
  return Math.min(rate.mostPerMinute, rate.basePerMinute * rate.factor ** steps);
}

/**
 * Devices that a rate lets start now. It rests on what was started minute by minute, so that nothing has to be stored
 * for it: a pause saves up one minute's worth and no more, starts spread over the minute, and a clock that jumps back
 * finds all that was given, as minutes that lie ahead count as this one. Below one a minute, the stretch in which one
 * may start is longer.
 * @param starts of the last minutes, as many as `minutesNeeded` says, in any order; more do no harm
 * @param succeeded devices of the rollout that have committed: what an exponential rate grows with
 * @source decision 0017 (a sliding count over two stretches, as rate limiters use it)
 */
export function allowance(rate: Rate, starts: readonly Start[], succeeded: number, now: Instant): Allowance {
  const perMinute = perMinuteOf(rate, succeeded);
  const stretch = stretchOf(perMinute);
  const most = perMinute * stretch;
  const current = Math.floor(now / minuteMs / stretch);
  let before = 0;
  let since = 0;
  for (const { minute, devices } of starts) {
    const place = Math.floor(minute / stretch);
    if (place >= current) since += devices;
    else if (place === current - 1) before += devices;
  }
  const elapsed = now / minuteMs / stretch - current;
  const allowed = Math.max(0, Math.floor(most - since - Math.floor(before * (1 - elapsed)) + 1e-9));
  if (allowed > 0) return { allowed, nextAt: now };
  return { allowed, nextAt: roomAt({ most, before, since, current, stretch }, now) };
}

/** How many minutes back `allowance` looks. */
export function minutesNeeded(rate: Rate): number {
  return 2 * stretchOf(rate.kind === 'constant' ? rate.perMinute : rate.basePerMinute);
}

/** Minutes in which at least one device may start. */
function stretchOf(perMinute: number): number {
  return Math.max(1, Math.ceil(1 / perMinute - 1e-9));
}

interface Stretches {
  readonly most: number;
  readonly before: number;
  readonly since: number;
  readonly current: number;
  readonly stretch: number;
}

/** When the stretch before has faded enough for one device; at the latest the next stretch begins. */
function roomAt({ most, before, since, current, stretch }: Stretches, now: Instant): Instant {
  const stretchMs = stretch * minuteMs;
  const end = (current + 1) * stretchMs;
  const fading = Math.floor(most - since - 1 + 1e-9);
  if (fading < 0 || before === 0) return end;
  // floor(before × (1 − elapsed)) ≤ fading, the first time.
  const elapsed = 1 - (fading + 1) / before;
  return Math.min(end, Math.max(now + 1, Math.floor((current + elapsed) * stretchMs) + 1));
}

/**
 * Whether a device may be sent for `wanted` bytes more. Counts the minute that runs and the fifty-nine before it. One
 * device always fits when nothing else was sent: a release larger than the budget would never go out.
 * @param starts of the last sixty minutes, in any order; older ones do not count
 */
export function bytesAllowance(
  bytesPerHour: number,
  starts: readonly Start[],
  wanted: number,
  now: Instant,
): { readonly allowed: boolean; readonly used: number; readonly nextAt: Instant } {
  const minute = Math.floor(now / minuteMs);
  const counted = starts.filter((start) => start.bytes > 0 && start.minute > minute - minutesOfHour);
  let used = counted.reduce((sum, { bytes }) => sum + bytes, 0);
  const fits = (bytes: number) => bytes === 0 || bytes + wanted <= bytesPerHour;
  const allowed = fits(used);
  let nextAt = now;
  let left = used;
  for (const start of counted.toSorted((a, b) => a.minute - b.minute)) {
    if (fits(left)) break;
    left -= start.bytes;
    nextAt = (start.minute + minutesOfHour) * minuteMs;
  }
  used = Math.max(0, used);
  return { allowed, used, nextAt };
}
