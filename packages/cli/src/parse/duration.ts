import { FettleError } from '@fettle/model';

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const yearMs = 365 * 86_400_000;

/** Reads `90s`, `10m`, `2h`, `1d` or `0` as milliseconds. */
export function parseDuration(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|min|h|d)$/.exec(text.trim());
  if (text.trim() === '0') return 0;
  const ms = match ? Number(match[1]) * (units[match[2] ?? ''] ?? Number.NaN) : Number.NaN;
  if (Number.isFinite(ms) && ms <= yearMs) return Math.round(ms);
  if (Number.isFinite(ms)) throw new FettleError('invalid-input', `${option}: a year (365d) at most, found "${text}".`);
  throw new FettleError('invalid-input', `${option}: expected a duration such as 90s, 10m or 2h, found "${text}".`);
}
