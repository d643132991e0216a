import { Malformed } from '../reading/malformed.ts';

export const blockBytes = 512;
export const uf2Magic = Buffer.from('UF2\n');
export const secondMagic = 0x9e5d5157;
const endMagic = 0x0ab16f30;
const maxDataBytes = 476;

const flag = { notMainFlash: 0x1, container: 0x1000, family: 0x2000 } as const;

export interface Uf2Block {
  /** Whether it is written to the main flash; others are comments or for other memories. */
  readonly isMain: boolean;
  readonly address: number;
  readonly length: number;
  readonly index: number;
  readonly count: number;
  /** Family of chips; null where the block names none. */
  readonly family: number | null;
}

/** Reads one block of 512 bytes, little endian. @source UF2 specification, file format */
export function readBlock(bytes: Buffer, offset: number): Uf2Block {
  const isBlock =
    bytes.subarray(0, 4).equals(uf2Magic) &&
    bytes.readUInt32LE(4) === secondMagic &&
    bytes.readUInt32LE(508) === endMagic;
  if (!isBlock) throw new Malformed('contradiction', `Expected a UF2 block at ${offset}; its magic numbers are wrong.`);
  const flags = bytes.readUInt32LE(8);
  const [address, length] = [bytes.readUInt32LE(12), bytes.readUInt32LE(16)];
  const [index, count] = [bytes.readUInt32LE(20), bytes.readUInt32LE(24)];
  if (length > maxDataBytes || address + length > 2 ** 32) {
    throw new Malformed('out-of-bounds', `The block at ${offset} has ${length} bytes for ${address}: no such room.`);
  }
  if (index >= count) throw new Malformed('contradiction', `The block at ${offset} is number ${index} of ${count}.`);
  const hasFamily = (flags & flag.family) !== 0;
  const isMain = (flags & (flag.notMainFlash | flag.container)) === 0;
  return { isMain, address, length, index, count, family: hasFamily ? bytes.readUInt32LE(28) : null };
}
