import type { ComponentType } from '../component.ts';

/** A text that programs of one product carry, and how its version is written there. */
export interface StringRule {
  /** Latin-1 text that must be there as it is. */
  readonly anchor: string;
  readonly product: string;
  /** Gives the version out of the text that follows the anchor; null: this is no sign of the product after all. */
  readonly version: (after: string) => string | null;
  readonly type: ComponentType;
  /** Gives upstream's version where what follows tells of another one than the product calls itself. */
  readonly upstream?: ((after: string) => string | undefined) | undefined;
  /** 0 to 1. */
  readonly confidence: number;
  readonly supplier: string;
  /** Vendor and product of a CPE: `a:openssl:openssl`. */
  readonly cpe?: string | undefined;
  readonly licence?: string | undefined;
}

/**
 * A formatted CPE 2.3 name. @source NIST IR 7695
 * @param cpe part, vendor and product
 * @returns none when either is not known; empty versions are any
 */
export function cpeName(cpe: string | undefined, version: string | undefined): string | undefined {
  if (cpe === undefined || version === undefined) return undefined;
  const escaped = version.replace(/^[vV](?=\d)/, '').replace(/[^A-Za-z0-9._-]/g, '\\$&');
  return `cpe:2.3:${cpe}:${escaped === '' ? '*' : escaped}:*:*:*:*:*:*:*`;
}

/**
 * The part of a kernel's own version that data know: of `6.1.55-v8+` it is `6.1.55`. Undefined for `6.1.0-56`, as
 * distributions count their builds: which version of upstream that is, it does not say.
 */
export function upstreamKernel(release: string): string | undefined {
  return /^\d+\.\d+\.0-\d/.test(release) ? undefined : release.split(/[-+_]/, 1)[0];
}

const versionCharacters = /^[0-9A-Za-z._+~-]$/;

/** What a version may be made of, from the start: at least one digit first. Null when something else is there. */
export function leadingVersion(after: string): string | null {
  const start = after.startsWith('v') || after.startsWith('V') ? 1 : 0;
  if (!isDigit(after.charAt(start))) return null;
  let end = start;
  while (end < after.length && end - start < 64 && versionCharacters.test(after.charAt(end))) end++;
  const found = after.slice(start, end).replace(/[._~-]+$/, '');
  return found.includes('.') ? found : null;
}

/** The first text after the anchor's own that starts with a version: of formats such as `%s build %s`. Empty when none. */
export function versionNearby(after: string): string {
  for (const text of after.split('\0').slice(0, 6)) {
    const found = leadingVersion(text.replace(/^(zephyr-|ncs-|Version )/, ''));
    if (found !== null) return found;
  }
  return '';
}

export function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}
