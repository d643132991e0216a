import type { Instant } from '@fettle/model';

export type JsonFields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is JsonFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; an empty one where it is none. */
export function fieldsOf(value: unknown): JsonFields {
  return isFields(value) ? value : {};
}

/** A list, or an empty one; undefined where it has more than `most`. */
export function listOf(value: unknown, most: number): readonly unknown[] | undefined {
  if (!Array.isArray(value)) return [];
  const list: readonly unknown[] = value;
  return list.length > most ? undefined : list;
}

/** A text of 1 to `most` characters, without control characters: they would break lines of tables and of terminals. */
export function textOf(value: unknown, most: number): string | undefined {
  if (typeof value !== 'string' || value.length === 0 || value.length > most) return undefined;
  return hasControls(value) ? undefined : value;
}

/** A text for people: control characters become blanks, the end is cut off. */
export function proseOf(value: unknown, most: number): string {
  if (typeof value !== 'string') return '';
  // A cut before the blanks are found keeps the time bounded.
  return value
    .slice(0, most * 4)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, most);
}

/** All texts of a list; undefined when one is none, or there are more than `most`. */
export function textsOf(value: unknown, most: number, characters: number): readonly string[] | undefined {
  const list = listOf(value, most);
  if (list === undefined) return undefined;
  const texts: string[] = [];
  for (const entry of list) {
    const text = textOf(entry, characters);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

const instantPattern = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?$/;

/** RFC 3339, or a date; without a zone it is UTC. */
export function instantOf(value: unknown): Instant | null {
  if (typeof value !== 'string' || value.length > 40 || !instantPattern.test(value)) return null;
  const hasZone = /(?:[Zz]|[+-]\d\d:?\d\d)$/.test(value.slice(10));
  const instant = Date.parse(value.length === 10 || hasZone ? value : `${value}Z`);
  return Number.isNaN(instant) ? null : instant;
}

function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
