import { type Cron, firesOn, firstInstantAt, type Instant, localAt } from '@fettle/model';

const minute = 60_000;
const day = 86_400_000;
/** Between two days that an expression selects are at most eight years: 29 February around a century without a leap day. */
const farthestDays = 8 * 366 + 31;

/**
 * The instants at which a cron expression fires in a zone, from one on, ascending. A time that local clocks show twice
 * fires once, at the first; one that they leave out fires when the gap ends, and so do its neighbours in the gap.
 * Ends when nothing fires in more than eight years.
 * @param zone a zone, as `isZone` says
 * @source decision 0017
 */
export function* startsFrom(cron: Cron, zone: string, from: Instant): Generator<Instant> {
  // Two days earlier, as clocks may leave out a whole day (Apia, 2011-12-30) and start it all at its end.
  const firstDay = Math.floor(localAt(zone, from) / day) - 2;
  let last = Number.NEGATIVE_INFINITY;
  let quietDays = 0;
  for (let date = firstDay; quietDays <= farthestDays; date += 1) {
    quietDays += 1;
    if (!firesOn(cron, new Date(date * day))) continue;
    for (const minuteOfDay of cron.minutesOfDay) {
      const start = firstInstantAt(zone, date * day + minuteOfDay * minute);
      if (start < from || start === last) continue;
      last = start;
      quietDays = 0;
      yield start;
    }
  }
}
