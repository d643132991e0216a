import { FettleError } from '@fettle/model';
import { tufLimits } from './tuf-limits.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * Encodes a value in OLPC canonical JSON: members sorted, no white space, only `"` and `\` escaped.
 * Stricter than the form asks for, so that all encoders agree: safe integers, plain keys, NFC, of control characters the
 * line feed only, which PEM needs. It stands raw in canonical form, so that these bytes are not always JSON: see
 * `wireText`.
 * @throws FettleError `invalid-input` on anything that has no such form
 * @source TUF 1.0.34 §4.2; decision 0020
 */
export function encodeCanonical(value: JsonValue): Uint8Array {
  return Buffer.from(canonicalText(value), 'utf8');
}

/** As `encodeCanonical`, as text. */
export function canonicalText(value: JsonValue): string {
  return write(value, 0);
}

/** Canonical text as a metadata file holds it: JSON wants line feeds escaped, and nothing else differs. */
export function wireText(canonical: string): string {
  return canonical.replaceAll('\n', '\\n');
}

/** Whether a text may stand in canonical form: NFC, well formed, no control characters but the line feed. */
export function isCanonicalString(text: string): boolean {
  if (plainAscii.test(text)) return true;
  return text.isWellFormed() && !control.test(text) && text.normalize('NFC') === text;
}

/** Whether a text may be a member's name. */
export function isCanonicalKey(key: string): boolean {
  return plainKey.test(key) && key !== '__proto__';
}

const plainAscii = /^[\x20-\x7e]*$/;
const plainKey = /^[A-Za-z0-9._/-]+$/;
const control = /(?!\n)\p{Cc}/u;

function write(value: JsonValue, depth: number): string {
  if (depth > tufLimits.jsonDepth) fail(`at most ${tufLimits.jsonDepth} levels of nesting`);
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      // Encoders differ on 1.0, 1e21 and -0, and above 2^53 a number is no longer itself.
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) fail(`a safe integer, found ${value}`);
      return String(value);
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`;
      return writeObject(value as JsonObject, depth);
    default:
      return fail(`a JSON value, found ${typeof value}`);
  }
}

function writeObject(value: JsonObject, depth: number): string {
  const members: string[] = [];
  // Plain keys are ASCII: code units and code points sort alike.
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    if (!isCanonicalKey(key)) fail(`member names of letters, digits and "._/-", found "${key.slice(0, 40)}"`);
    members.push(`"${key}":${write(member, depth + 1)}`);
  }
  return `{${members.join(',')}}`;
}

function quote(text: string): string {
  if (!isCanonicalString(text)) fail('text in Unicode NFC, of control characters the line feed only');
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function fail(expected: string): never {
  throw new FettleError('invalid-input', `Canonical JSON: expected ${expected}.`);
}
