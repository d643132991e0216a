import type { Notation } from '@fettle/api';
import { parseDuration } from './duration.ts';
import { parseInstant } from './instant.ts';

/** A value as the API takes it, or what was expected instead. */
export type ValueParse = { readonly value: unknown } | { readonly expected: string };

const bytesIn: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

const wishes: Readonly<Record<Exclude<Notation, 'plain'>, string>> = {
  duration: 'a duration such as 90s, 30m, 2h or 1d',
  share: 'a share such as 5 % or 0.05',
  bytes: 'a number of bytes such as 500 MB or 20 GB',
  instant: 'a time such as 2026-12-01T02:00:00Z or "2026-12-01 02:00 Europe/Berlin"',
};

/** Reads a scalar of a plan file as people write it: `30m`, `5 %`, `20 GB`, a local time with its zone. */
export function parseValue(value: unknown, notation: Exclude<Notation, 'plain'>): ValueParse {
  const read = readers[notation](value);
  return read === undefined ? { expected: wishes[notation] } : { value: read };
}

const readers: Readonly<Record<Exclude<Notation, 'plain'>, (value: unknown) => unknown>> = {
  duration: (value) => {
    if (value === 0) return 0;
    return typeof value === 'string' ? attempt(() => parseDuration(value.replace(' ', ''), '')) : undefined;
  },
  share: (value) => {
    if (typeof value === 'number') return value >= 0 && value <= 1 ? value : undefined;
    if (value === 'all') return 1;
    const match = typeof value === 'string' ? /^(\d{1,3}(?:\.\d{1,4})?) ?%$/.exec(value) : null;
    const share = match ? roundShare(Number(match[1]) / 100) : Number.NaN;
    return share >= 0 && share <= 1 ? share : undefined;
  },
  bytes: (value) => {
    if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
    const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?) ?([kMGT]?B|[KMGT]iB)$/.exec(value) : null;
    const bytes = match ? Math.round(Number(match[1]) * (bytesIn[match[2] ?? ''] ?? Number.NaN)) : Number.NaN;
    return Number.isSafeInteger(bytes) ? bytes : undefined;
  },
  instant: (value) =>
    typeof value === 'string' ? attempt(() => new Date(parseInstant(value, '')).toISOString()) : undefined,
};

// 0.07 is what 7 % is, not 0.07000000000000001.
function roundShare(share: number): number {
  return Number(share.toFixed(8));
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
