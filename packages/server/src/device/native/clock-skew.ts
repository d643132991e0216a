import type { Instant } from '@fettle/model';

/** A clock nearer than this is right: links are slow, and nobody needs to know better. */
const toleratedSeconds = 120;

// Many devices say the same second.
let lastText = '';
let lastInstant: Instant | undefined;

/**
 * How far the clock of a device is ahead of ours by its `Date` header, in whole minutes (as seconds).
 * @returns undefined when there is no header, it is no date, or the clock is right
 */
export function clockSkewSeconds(header: string | undefined, now: Instant): number | undefined {
  if (header === undefined) return undefined;
  if (header !== lastText) {
    lastText = header;
    lastInstant = readHttpDate(header);
  }
  if (lastInstant === undefined) return undefined;
  const seconds = (lastInstant - now) / 1_000;
  if (seconds <= toleratedSeconds && seconds >= -toleratedSeconds) return undefined;
  return Math.round(seconds / 60) * 60;
}

const months = 'Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec';
const zero = 0x30;

/**
 * Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that may be sent; the name of the day is not looked at.
 * @source RFC 9110 §5.6.7, IMF-fixdate
 */
export function readHttpDate(text: string): Instant | undefined {
  if (text.length !== 29 || !text.endsWith(' GMT')) return undefined;
  const month = months.indexOf(text.slice(8, 11));
  const [day, hour, minute, second] = [
    twoDigits(text, 5),
    twoDigits(text, 17),
    twoDigits(text, 20),
    twoDigits(text, 23),
  ];
  const year = twoDigits(text, 12) * 100 + twoDigits(text, 14);
  if (month % 4 !== 0 || text[19] !== ':' || text[22] !== ':') return undefined;
  // A digit that is none makes all of it not a number; a leap second is that second of the next minute.
  if (!(day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 60 && year >= 1_900)) return undefined;
  return Date.UTC(year, month / 4, day, hour, minute, second);
}

function twoDigits(text: string, at: number): number {
  const high = text.charCodeAt(at) - zero;
  const low = text.charCodeAt(at + 1) - zero;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : Number.NaN;
}
