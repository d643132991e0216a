export interface JsonBounds {
  readonly bytes: number;
  /** Arrays and objects within each other. */
  readonly depth: number;
  /** Values of all kinds together: what bounds the memory of the result. */
  readonly values: number;
}

export type JsonOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

// Below this no text can hold enough to matter.
const harmlessBytes = 4_096;

/** Parses JSON from outside. The text is measured before it is parsed: a few MB of `[[[[` would take hundreds. */
export function parseBoundedJson(bytes: Uint8Array, bounds: JsonBounds): JsonOutcome {
  if (bytes.length > bounds.bytes) {
    return { ok: false, message: `Expected at most ${bounds.bytes} bytes of JSON, found ${bytes.length}.` };
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const excess = buffer.length > harmlessBytes ? findExcess(buffer, bounds) : null;
  if (excess !== null) return { ok: false, message: excess };
  try {
    return { ok: true, value: JSON.parse(buffer.toString('utf8')) };
  } catch {
    return { ok: false, message: 'Expected JSON, found something else, or only a part of it.' };
  }
}

const quote = 0x22;
const backslash = 0x5c;

/**
 * Whether a text that may be JSON is too deep or has too many values to be parsed: one pass over the bytes, text within
 * strings is jumped over.
 * @returns what is too much, in one sentence; null when nothing is
 */
export function findExcess(buffer: Buffer, bounds: Pick<JsonBounds, 'depth' | 'values'>): string | null {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < buffer.length; at++) {
    const byte = buffer[at];
    if (byte === quote) {
      at = endOfString(buffer, at);
    } else if (byte === 0x5b || byte === 0x7b) {
      depth++;
      values++;
      if (depth > bounds.depth) return `Expected JSON at most ${bounds.depth} deep, found more.`;
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--;
    } else if (byte === 0x2c) {
      values++;
    }
    if (values > bounds.values) return `Expected at most ${bounds.values} values in JSON, found more.`;
  }
  return null;
}

/** Where the string that begins at `start` ends; the end of all where it does not. */
function endOfString(buffer: Buffer, start: number): number {
  let from = start + 1;
  for (;;) {
    const end = buffer.indexOf(quote, from);
    if (end < 0) return buffer.length;
    let before = end - 1;
    while (before > start && buffer[before] === backslash) before--;
    if ((end - 1 - before) % 2 === 0) return end;
    from = end + 1;
  }
}
