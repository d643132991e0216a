import type { Instant } from './brand.ts';

const day = 86_400_000;
/** No clock on earth was ever further from UTC than 16 hours; with room to spare. */
const farthestOffsetMs = 1.5 * day;
const longestName = 64;

/** A time in which local clocks keep one offset from UTC; it ends where the next one begins. */
interface Span {
  readonly from: Instant;
  readonly offsetMs: number;
}

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly years: Map<number, readonly Span[]>;
}

// Names come from devices: what is kept of them is bounded, and a name that is no zone is remembered as such.
const mostZones = 1_000;
const mostYears = 64;
const zones = new Map<string, Zone | null>();

/** Whether a name is a zone of the IANA database, e.g. `Europe/Berlin` or `UTC`. Offsets such as `+02:00` are none. */
export function isZone(name: string): boolean {
  return zoneOf(name) !== undefined;
}

/**
 * What local clocks show.
 * @returns the local date and time as if it were UTC, in milliseconds: `new Date(localAt(…))` reads by its UTC methods
 * @throws RangeError when `zone` is no zone: ask `isZone` first
 */
export function localAt(zone: string, at: Instant): number {
  return at + readOffset(requireZone(zone), at);
}

/**
 * The first instant at which local clocks show a date and time, or a later one. A time that exists twice, when clocks
 * go back, is the earlier of the two; one that does not exist, when they go forward, is the end of the gap.
 * Never goes back when `local` grows. Cost: some comparisons, once the year of the zone is known (about 0.4 ms).
 * @param local as `localAt` gives it
 * @throws RangeError when `zone` is no zone: ask `isZone` first
 * @source decision 0017
 */
export function firstInstantAt(zone: string, local: number): Instant {
  const spans = spansAround(requireZone(zone), local);
  for (let index = 0; ; index += 1) {
    const span = spans[index];
    if (!span) throw new RangeError(`No time of ${zone} reaches ${local}.`);
    const reached = Math.max(span.from, local - span.offsetMs);
    const next = spans[index + 1];
    if (!next || reached < next.from) return reached;
  }
}

function spansAround(zone: Zone, local: number): readonly Span[] {
  const first = new Date(local - farthestOffsetMs).getUTCFullYear();
  const last = new Date(local + farthestOffsetMs).getUTCFullYear();
  return first === last ? yearOf(zone, first) : [...yearOf(zone, first), ...yearOf(zone, last)];
}

function yearOf(zone: Zone, year: number): readonly Span[] {
  const known = zone.years.get(year);
  if (known) return known;
  if (zone.years.size >= mostYears) zone.years.clear();
  const spans = readYear(zone, year);
  zone.years.set(year, spans);
  return spans;
}

// Looks once a day: no zone has ever changed its offset twice within one.
function readYear(zone: Zone, year: number): readonly Span[] {
  const end = Date.UTC(year + 1, 0, 1);
  let last: Span = { from: Date.UTC(year, 0, 1), offsetMs: readOffset(zone, Date.UTC(year, 0, 1)) };
  const spans = [last];
  for (let at = last.from; at < end; at += day) {
    const next = Math.min(end, at + day);
    const offsetMs = readOffset(zone, next);
    if (offsetMs === last.offsetMs) continue;
    last = { from: changeBetween(zone, at, next), offsetMs };
    if (last.from < end) spans.push(last);
  }
  return spans;
}

/** The instant from which on the offset is that of `after`, to the second. */
function changeBetween(zone: Zone, before: Instant, after: Instant): Instant {
  const offsetMs = readOffset(zone, after);
  let low = before / 1000;
  let high = after / 1000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (readOffset(zone, middle * 1000) === offsetMs) high = middle;
    else low = middle;
  }
  return high * 1000;
}

function readOffset(zone: Zone, at: Instant): number {
  // Whole seconds only come out of the formatter, so only whole seconds go in.
  const second = Math.floor(at / 1000) * 1000;
  const [month = 1, date = 1, year = 1970, hours = 0, minutes = 0, seconds = 0] = (
    zone.format.format(second).match(/\d+/g) ?? []
  ).map(Number);
  return Date.UTC(year, month - 1, date, hours, minutes, seconds) - second;
}

function requireZone(name: string): Zone {
  const zone = zoneOf(name);
  if (!zone) throw new RangeError(`${name} is no time zone.`);
  return zone;
}

function zoneOf(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known !== undefined) return known ?? undefined;
  if (zones.size >= mostZones) zones.clear();
  const zone = makeZone(name);
  zones.set(name, zone);
  return zone ?? undefined;
}

function makeZone(name: string): Zone | null {
  if (name.length > longestName || !/^[A-Za-z]/.test(name)) return null;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    return { format, years: new Map() };
  } catch {
    return null;
  }
}
