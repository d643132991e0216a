import { type Instant, isZone, type MaintenanceWindow, parseCron } from '@fettle/model';
import { startsFrom } from './starts.ts';
import { anyOpen, never, type TimeState } from './time-state.ts';

/** What is known of a window in a zone: its state in one stretch of time. */
interface Stretch extends TimeState {
  readonly from: Instant;
}

// A window may follow itself without a gap for ever: what is promised ends somewhere.
const mostFollowers = 2_000;

const mostStretches = 20_000;
const stretches = new Map<string, Map<number, Map<string, Stretch>>>();
let kept = 0;

/**
 * Whether a maintenance window is open. It opens when its expression fires on the clocks of the zone and stays open
 * for its duration of elapsed time; starts that overlap prolong it. A zone that does not exist keeps it shut.
 * Cost: three look-ups and two comparisons while the state lasts, else some tens of microseconds.
 * Memory: at most 20,000 stretches, all dropped when there are more.
 * @param siteZone the zone that a window with zone `site` goes by
 * @source decision 0017
 */
export function windowState(window: MaintenanceWindow, siteZone: string, now: Instant): TimeState {
  const zone = window.zone === 'site' ? siteZone : window.zone;
  const zones = stretchesOf(window);
  const known = zones.get(zone);
  if (known && known.from <= now && now < known.changesAt) return known;
  if (!known) kept += 1;
  if (kept > mostStretches) {
    stretches.clear();
    kept = 0;
  }
  const found = findStretch(window, zone, now);
  zones.set(zone, found);
  return found;
}

/** Whether one of the windows is open; without any window it is always. */
export function windowsState(windows: readonly MaintenanceWindow[], siteZone: string, now: Instant): TimeState {
  if (windows.length === 0) return { open: true, changesAt: never };
  return anyOpen(windows.map((window) => windowState(window, siteZone, now)));
}

function stretchesOf({ cron, durationMs }: MaintenanceWindow): Map<string, Stretch> {
  let durations = stretches.get(cron);
  if (!durations) {
    durations = new Map();
    stretches.set(cron, durations);
  }
  let zones = durations.get(durationMs);
  if (!zones) {
    zones = new Map();
    durations.set(durationMs, zones);
  }
  return zones;
}

function findStretch({ cron: text, durationMs }: MaintenanceWindow, zone: string, now: Instant): Stretch {
  const parsed = parseCron(text);
  if (!parsed.ok || !isZone(zone)) return { open: false, from: Number.NEGATIVE_INFINITY, changesAt: never };
  const starts = startsFrom(parsed.cron, zone, now - durationMs + 1);
  const first = starts.next().value ?? never;
  if (first > now) return { open: false, from: now, changesAt: first };
  let end = first + durationMs;
  for (let follower = 0; follower < mostFollowers; follower += 1) {
    const start = starts.next().value ?? never;
    if (start > end) break;
    end = start + durationMs;
  }
  return { open: true, from: first, changesAt: end };
}
