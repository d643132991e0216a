import { Unseen } from '../core/unseen.ts';

/**
 * Unpacks one block of LZ4.
 * @throws Unseen when it is damaged or gives more than `most` bytes
 * @source LZ4 block format description, 1.6.x
 */
export function unpackLz4Block(packed: Buffer, most: number): Buffer {
  const out = Buffer.allocUnsafeSlow(most);
  return out.subarray(0, unpackLz4Into(packed, { bytes: out, from: 0, start: 0 }));
}

/** Where a block goes; what stands between `start` and `from` may be copied from. @returns the end of what was written */
export function unpackLz4Into(
  packed: Uint8Array,
  into: { readonly bytes: Uint8Array; readonly from: number; readonly start: number },
): number {
  const { bytes: out, start } = into;
  const end = packed.length;
  let pos = into.from;
  let at = 0;
  while (at < end) {
    const token = packed[at++] as number;
    let literals = token >> 4;
    if (literals === 15) {
      let byte = 255;
      while (byte === 255) {
        if (at >= end) throw damagedLz4();
        byte = packed[at++] as number;
        literals += byte;
      }
    }
    if (at + literals > end || pos + literals > out.length) throw damagedLz4();
    if (literals > 32) {
      out.set(packed.subarray(at, at + literals), pos);
      pos += literals;
      at += literals;
    } else for (const stop = at + literals; at < stop; ) out[pos++] = packed[at++] as number;
    // The last sequence has literals only.
    if (at === end) break;
    if (at + 2 > end) throw damagedLz4();
    const distance = (packed[at] as number) | ((packed[at + 1] as number) << 8);
    at += 2;
    let length = token & 15;
    if (length === 15) {
      let byte = 255;
      while (byte === 255) {
        if (at >= end) throw damagedLz4();
        byte = packed[at++] as number;
        length += byte;
      }
    }
    length += 4;
    if (distance === 0 || pos - distance < start || pos + length > out.length) throw damagedLz4();
    pos = copyMatch(out, pos, { distance, length });
  }
  return pos;
}

/** Copies what was written before; source and target may overlap, then the copy repeats. */
export function copyMatch(out: Uint8Array, pos: number, match: { distance: number; length: number }): number {
  const { distance, length } = match;
  if (length > 64 && distance >= length) {
    out.copyWithin(pos, pos - distance, pos - distance + length);
    return pos + length;
  }
  const end = pos + length;
  let from = pos - distance;
  let to = pos;
  while (to < end) out[to++] = out[from++] as number;
  return end;
}

export function damagedLz4(): Unseen {
  return new Unseen('malformed', 'The LZ4 data is damaged or cut off.');
}
