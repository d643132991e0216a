import type { Instant } from '@fettle/model';
import type { JsonObject, JsonValue } from './canonical.ts';
import { Refusal } from './problem.ts';

/** Stops reading: the file does not have the specified shape. */
export function fail(message: string): never {
  throw new Refusal('metadata-malformed', message);
}

export function asRecord(value: unknown, what: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(`Expected ${what} to be an object.`);
  return value as JsonObject;
}

export function asList(value: unknown, what: string, most: number): readonly JsonValue[] {
  if (!Array.isArray(value)) fail(`Expected ${what} to be a list.`);
  if (value.length > most) fail(`Expected at most ${most} entries in ${what}, found ${value.length}.`);
  return value as readonly JsonValue[];
}

/** The members of an object that is used as a table. */
export function asEntries(value: unknown, what: string, most: number): readonly [string, JsonValue][] {
  const entries = Object.entries(asRecord(value, what));
  if (entries.length > most) fail(`Expected at most ${most} entries in ${what}, found ${entries.length}.`);
  return entries;
}

export function asText(value: unknown, what: string, most: number): string {
  if (typeof value !== 'string') fail(`Expected ${what} to be a string.`);
  if (value.length > most) fail(`Expected at most ${most} characters in ${what}, found ${value.length}.`);
  return value;
}

export function asInteger(value: unknown, what: string, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    fail(`Expected ${what} to be a whole number of ${least} or more.`);
  }
  return value;
}

export function asBoolean(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') fail(`Expected ${what} to be true or false.`);
  return value;
}

export function hexText(value: unknown, what: string, digits: number): string {
  const text = asText(value, what, digits);
  if (text.length !== digits || !/^[0-9a-f]*$/.test(text)) {
    fail(`Expected ${what} to have ${digits} lower-case hexadecimal digits.`);
  }
  return text;
}

/** @source TUF 1.0.34 §4.2.2: `YYYY-MM-DDTHH:MM:SSZ`, no fraction, no other zone */
export function asInstant(value: unknown, what: string): Instant {
  const text = asText(value, what, 20);
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant) || instantText(instant) !== text) fail(`Expected ${what} as YYYY-MM-DDTHH:MM:SSZ.`);
  return instant;
}

/** An instant as metadata writes it; fractions of a second are cut off. */
export function instantText(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

/** What is left of an object without the members that a reader knows. */
export function unknownOf(value: JsonObject, known: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !known.includes(key)));
}
