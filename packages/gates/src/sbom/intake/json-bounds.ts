/** Bounds of JSON from outside, checked before it is parsed. */
const maxDepth = 64;
const maxValues = 6_000_000;

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/**
 * Says what is too much in a JSON text; undefined when nothing is. One pass over the bytes, no memory.
 */
export function jsonExcess(bytes: Uint8Array): string | undefined {
  let [depth, values, isText] = [0, 0, false];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (isText) {
      if (byte === backslash) at++;
      else if (byte === quote) isText = false;
    } else if (byte === quote) isText = true;
    else if (opening.has(byte)) {
      depth++;
      if (depth > maxDepth) return `Expected at most ${maxDepth} levels, found more.`;
    } else if (closing.has(byte)) depth--;
    else if (byte === comma || byte === colon) values++;
  }
  return values > maxValues ? `Expected at most ${maxValues} values, found more.` : undefined;
}
