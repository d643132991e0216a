import type { JsonObject, JsonValue } from './canonical.ts';
import { Refusal } from './problem.ts';
import { tufLimits } from './tuf-limits.ts';

/** A JSON object, and where in the text the value of each of its own members stands. */
export interface ParsedObject {
  readonly value: JsonObject;
  readonly spans: ReadonlyMap<string, { readonly start: number; readonly end: number }>;
}

/**
 * Parses an object of JSON that may be hostile: integers only, no duplicate members, bounded depth and count.
 * Cost: one walk over the text.
 * @throws Refusal `metadata-malformed`
 */
export function parseJsonObject(text: string): ParsedObject {
  const reader: Reader = { text, at: 0, nodes: 0 };
  skipSpace(reader);
  const spans = new Map<string, { start: number; end: number }>();
  const value = readObject(reader, 0, spans);
  skipSpace(reader);
  if (reader.at !== text.length) fail(reader, 'the end of the file');
  return { value, spans };
}

interface Reader {
  readonly text: string;
  at: number;
  nodes: number;
}

function readValue(reader: Reader, depth: number): JsonValue {
  if (depth > tufLimits.jsonDepth) fail(reader, `at most ${tufLimits.jsonDepth} levels of nesting`);
  reader.nodes += 1;
  if (reader.nodes > tufLimits.jsonNodes) fail(reader, `at most ${tufLimits.jsonNodes} values`);
  switch (reader.text[reader.at]) {
    case '{':
      return readObject(reader, depth);
    case '[':
      return readArray(reader, depth);
    case '"':
      return readString(reader);
    case 't':
      return readWord(reader, 'true', true);
    case 'f':
      return readWord(reader, 'false', false);
    case 'n':
      return readWord(reader, 'null', null);
    default:
      return readInteger(reader);
  }
}

function readObject(reader: Reader, depth: number, spans?: Map<string, { start: number; end: number }>): JsonObject {
  const value: Record<string, JsonValue> = {};
  expect(reader, '{');
  skipSpace(reader);
  if (take(reader, '}')) return value;
  do {
    skipSpace(reader);
    const key = readString(reader);
    // An assignment to this name would set the prototype instead of a member.
    if (key === '__proto__') fail(reader, 'no member of the name __proto__');
    if (Object.hasOwn(value, key)) fail(reader, `the member "${key.slice(0, 40)}" once`);
    skipSpace(reader);
    expect(reader, ':');
    skipSpace(reader);
    const start = reader.at;
    value[key] = readValue(reader, depth + 1);
    spans?.set(key, { start, end: reader.at });
    skipSpace(reader);
  } while (take(reader, ','));
  expect(reader, '}');
  return value;
}

function readArray(reader: Reader, depth: number): readonly JsonValue[] {
  const value: JsonValue[] = [];
  expect(reader, '[');
  skipSpace(reader);
  if (take(reader, ']')) return value;
  do {
    skipSpace(reader);
    value.push(readValue(reader, depth + 1));
    skipSpace(reader);
  } while (take(reader, ','));
  expect(reader, ']');
  return value;
}

/** A walk and no regular expression: those keep a place to go back to for each character of a long string. */
function readString(reader: Reader): string {
  const { text } = reader;
  if (text[reader.at] !== '"') fail(reader, 'a string');
  const start = reader.at;
  let escaped = false;
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      reader.at = at + 1;
      return escaped ? unescapeString(reader, text.slice(start, at + 1)) : text.slice(start + 1, at);
    }
    if (code < 0x20) fail(reader, 'control characters to be escaped');
    if (code === 0x5c) {
      escaped = true;
      at += 1;
    }
  }
  return fail(reader, 'the end of a string');
}

function unescapeString(reader: Reader, token: string): string {
  try {
    return JSON.parse(token) as string;
  } catch {
    return fail(reader, 'a known escape before here');
  }
}

const integerToken = /-?(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y;

function readInteger(reader: Reader): number {
  integerToken.lastIndex = reader.at;
  const token = integerToken.exec(reader.text)?.[0] ?? fail(reader, 'a value (numbers are integers)');
  reader.at += token.length;
  const value = Number(token);
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) fail(reader, 'an integer up to 2^53-1');
  return value;
}

function readWord<T extends JsonValue>(reader: Reader, word: string, value: T): T {
  if (!reader.text.startsWith(word, reader.at)) fail(reader, 'a value');
  reader.at += word.length;
  return value;
}

function skipSpace(reader: Reader): void {
  for (;;) {
    const code = reader.text.charCodeAt(reader.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    reader.at += 1;
  }
}

function take(reader: Reader, character: string): boolean {
  if (reader.text[reader.at] !== character) return false;
  reader.at += 1;
  return true;
}

function expect(reader: Reader, character: string): void {
  if (!take(reader, character)) fail(reader, `"${character}"`);
}

function fail(reader: Reader, expected: string): never {
  throw new Refusal('metadata-malformed', `Expected ${expected} at character ${reader.at} of the metadata.`);
}
