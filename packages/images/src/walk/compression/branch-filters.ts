import { Unseen } from '../core/unseen.ts';

/**
 * Undoes a filter in place: turns absolute targets of branches back into relative ones.
 * @param position of the first byte in the unfiltered data
 * @returns how many bytes are done; the rest wants more bytes after it, or is the end and stays as it is
 */
export interface BranchFilter {
  undo(bytes: Buffer, position: number): number;
}

/** @source XZ file format 1.2.1, 5.3.2 and 5.3.3: ids and properties */
export function branchFilter(id: number, properties: Buffer): BranchFilter {
  if (id === 0x03) return new DeltaFilter((properties[0] ?? 0) + 1);
  const start = properties.length === 4 ? properties.readUInt32LE(0) : 0;
  if (id === 0x04) return new X86Filter(start);
  const undo = stateless.get(id);
  if (!undo) throw new Unseen('unsupported', `The filter ${id} of xz is not read.`);
  return { undo: (bytes, position) => undo(bytes, (position + start) >>> 0) };
}

const stateless: ReadonlyMap<number, BranchFilter['undo']> = new Map([
  [0x05, undoPowerPc],
  [0x07, undoArm],
  [0x08, undoThumb],
  [0x09, undoSparc],
  [0x0a, undoArm64],
]);

// "bl" with a displacement of 26 bits.
function undoPowerPc(bytes: Buffer, position: number): number {
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    const word = bytes.readUInt32BE(at);
    if ((word & 0xfc000003) >>> 0 !== 0x48000001) continue;
    bytes.writeInt32BE((((word & 0x03fffffc) - (position + at)) & 0x03fffffc) | 0x48000001, at);
  }
  return at;
}

// "bl" without condition; the displacement counts words from two instructions further on.
function undoArm(bytes: Buffer, position: number): number {
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    if (bytes[at + 3] !== 0xeb) continue;
    const target = bytes.readUIntLE(at, 3) << 2;
    bytes.writeUIntLE(((target - (position + at + 8)) >> 2) & 0xffffff, at, 3);
  }
  return at;
}

// Two half words, eleven bits of the displacement in each.
function undoThumb(bytes: Buffer, position: number): number {
  let at = 0;
  for (; at + 4 <= bytes.length; at += 2) {
    const [high, low] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
    if ((high & 0xf800) !== 0xf000 || (low & 0xf800) !== 0xf800) continue;
    const target = (((high & 0x7ff) << 11) | (low & 0x7ff)) << 1;
    const relative = (target - (position + at + 4)) >> 1;
    bytes.writeUInt16LE(0xf000 | ((relative >> 11) & 0x7ff), at);
    bytes.writeUInt16LE(0xf800 | (relative & 0x7ff), at + 2);
    at += 2;
  }
  return at;
}

// "call" whose displacement fits into 23 bits, either sign.
function undoSparc(bytes: Buffer, position: number): number {
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    const word = bytes.readUInt32BE(at);
    if (word >>> 22 !== 0x100 && word >>> 22 !== 0x1ff) continue;
    const relative = ((word << 2) - (position + at)) >> 2;
    const sign = (0x40000000 - (relative & 0x400000)) | 0;
    bytes.writeInt32BE(sign | 0x40000000 | (relative & 0x3fffff), at);
  }
  return at;
}

// "bl" (26 bits of words), and "adrp" whose page is within 512 MiB.
function undoArm64(bytes: Buffer, position: number): number {
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    const word = bytes.readUInt32LE(at);
    const here = (position + at) >>> 0;
    if (word >>> 26 === 0x25) {
      bytes.writeUInt32LE((0x94000000 | ((word - (here >>> 2)) & 0x03ffffff)) >>> 0, at);
    } else if ((word & 0x9f000000) >>> 0 === 0x90000000) {
      const page = ((word >>> 29) & 3) | ((word >>> 3) & 0x1ffffc);
      if (((page + 0x020000) & 0x1c0000) !== 0) continue;
      const relative = (page - (here >>> 12)) | 0;
      const sign = (0 - (relative & 0x020000)) & 0xe00000;
      const bits = (word & 0x9000001f) | ((relative & 3) << 29) | ((relative & 0x03fffc) << 3) | sign;
      bytes.writeInt32LE(bits, at);
    }
  }
  return at;
}

/** The distance to the byte before, some bytes apart. */
class DeltaFilter implements BranchFilter {
  readonly #distance: number;
  readonly #history = Buffer.alloc(256);
  #at = 0;

  constructor(distance: number) {
    this.#distance = distance;
  }

  undo(bytes: Buffer): number {
    for (let index = 0; index < bytes.length; index++, this.#at = (this.#at + 1) & 0xff) {
      const value = ((bytes[index] ?? 0) + (this.#history[(this.#at - this.#distance) & 0xff] ?? 0)) & 0xff;
      this.#history[this.#at] = value;
      bytes[index] = value;
    }
    return bytes.length;
  }
}

const allowed = [true, true, true, false, true, false, false, false] as const;
const bitNumber = [0, 1, 2, 2, 3, 3, 3, 3] as const;

/** "call" and "jmp" with 32 bits; what looks like one inside of another's operand is left alone. */
class X86Filter implements BranchFilter {
  readonly #start: number;
  /** Which of the three bytes before looked like an opcode. */
  #mask = 0;

  constructor(start: number) {
    this.#start = start;
  }

  undo(bytes: Buffer, position: number): number {
    const end = bytes.length - 4;
    if (end <= 0) return 0;
    let before = -1;
    let mask = this.#mask;
    let at = 0;
    for (; at < end; at++) {
      if (((bytes[at] ?? 0) & 0xfe) !== 0xe8) continue;
      const distance = at - before;
      before = at;
      mask = distance > 3 ? 0 : (mask << (distance - 1)) & 7;
      const isInside = mask !== 0 && (allowed[mask] !== true || isSign(bytes[at + 4 - (bitNumber[mask] ?? 0)]));
      if (isInside || !isSign(bytes[at + 4])) {
        mask = (mask << 1) | 1;
        continue;
      }
      bytes.writeInt32LE(relativeOf(bytes.readInt32LE(at + 1), this.#start + position + at + 5, mask), at + 1);
      at += 4;
      mask = 0;
    }
    const distance = at - before;
    this.#mask = distance > 3 ? 0 : (mask << (distance - 1)) & 7;
    return at;
  }
}

function relativeOf(target: number, next: number, mask: number): number {
  let source = target;
  for (;;) {
    const relative = (source - next) | 0;
    const bits = (bitNumber[mask] ?? 0) * 8;
    if (mask !== 0 && isSign((relative >>> (24 - bits)) & 0xff)) {
      source = relative ^ (bits === 0 ? -1 : (1 << (32 - bits)) - 1);
      continue;
    }
    return (relative & 0x01ffffff) | (0 - (relative & 0x01000000));
  }
}

function isSign(byte: number | undefined): boolean {
  return byte === 0 || byte === 0xff;
}
