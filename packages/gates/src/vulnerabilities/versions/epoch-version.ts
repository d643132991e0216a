import { isNumber } from './text-order.ts';

/** `[epoch:]version[-release]`, as Debian and RPM write versions. */
export interface EpochVersion {
  /** Decimal digits; `0` where there is none. */
  readonly epoch: string;
  readonly version: string;
  /** What follows the last dash; null where there is none. */
  readonly release: string | null;
}

/** Takes any text. What stands before a colon and is no number is no epoch. */
export function splitEpochVersion(text: string): EpochVersion {
  const colon = text.indexOf(':');
  const hasEpoch = isNumber(text.slice(0, Math.max(0, colon)));
  const rest = hasEpoch ? text.slice(colon + 1) : text;
  const dash = rest.lastIndexOf('-');
  return {
    epoch: hasEpoch ? text.slice(0, colon) : '0',
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? null : rest.slice(dash + 1),
  };
}
