import type { Instant, MaintenanceWindow } from '@fettle/model';

const hour = 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Whether a window is open, found the slow and simple way: by looking whether it opened at one of the times of day at
 * which it may have. Understands `MINUTE HOUR * * *` and `MINUTE HOUR * * 1-5`, which is all that worlds are made of.
 */
export function isInWindow({ cron, durationMs, zone }: MaintenanceWindow, siteZone: string, at: Instant): boolean {
  const [minute, hourOfDay, , , weekdays] = cron.split(' ');
  const name = zone === 'site' ? siteZone : zone;
  const wanted = Number(hourOfDay) * 60 + Number(minute);
  const minuteNow = Math.floor(at / 60_000) * 60_000;
  const sinceMinutes = (wallClock(name, minuteNow).minuteOfDay - wanted + 1_440) % 1_440;
  const days = Math.ceil(durationMs / (24 * hour));
  for (let day = 0; day <= days; day++) {
    // Where clocks were changed since, it opened an hour sooner or later than a day of 24 hours would have it.
    for (const shift of [0, -hour, hour]) {
      const start = minuteNow - sinceMinutes * 60_000 - day * 24 * hour + shift;
      const wall = wallClock(name, start);
      if (wall.minuteOfDay !== wanted || (weekdays === '1-5' && (wall.weekday === 'Sat' || wall.weekday === 'Sun')))
        continue;
      if (start <= at && at < start + durationMs) return true;
    }
  }
  return false;
}

function wallClock(zone: string, at: Instant): { minuteOfDay: number; weekday: string } {
  let format = formats.get(zone);
  if (!format) {
    const parts = { hour: '2-digit', minute: '2-digit', weekday: 'short', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, ...parts });
    formats.set(zone, format);
  }
  const found = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return { minuteOfDay: Number(found.hour) * 60 + Number(found.minute), weekday: found.weekday ?? '' };
}
