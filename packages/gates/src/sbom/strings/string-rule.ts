import type { ComponentType } from '../component.ts';

/** A text that programs of one product carry, and how its version is written there. */
export interface StringRule {
  /** Latin-1 text that must be there as it is. */
  readonly anchor: string;
  readonly product: string;
  /** Gives the version out of the text that follows the anchor; null: this is no sign of the product after all. */
  readonly version: (after: string) => string | null;
  readonly type: ComponentType;
  /** 0 to 1. */
  readonly confidence: number;
  readonly supplier: string;
  /** Vendor and product of a CPE: `a:openssl:openssl`. */
  readonly cpe?: string | undefined;
  readonly licence?: string | undefined;
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
