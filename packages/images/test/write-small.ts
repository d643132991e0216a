import { crc32 } from 'node:zlib';

/** A UF2 file of 256 bytes of data in each block, from an address. */
export function writeUf2(data: Uint8Array, address: number, family: number): Buffer {
  const count = Math.ceil(data.length / 256);
  return Buffer.concat(
    Array.from({ length: count }, (_, index) => {
      const block = Buffer.alloc(512);
      block.write('UF2\n');
      const words = [0x9e5d5157, 0x2000, address + index * 256, 256, index, count, family];
      for (const [at, word] of words.entries()) block.writeUInt32LE(word, 4 + at * 4);
      block.set(data.subarray(index * 256, index * 256 + 256), 32);
      block.writeUInt32LE(0x0ab16f30, 508);
      return block;
    }),
  );
}

/** A small 64-bit program for ARM with a build id and a note of its package. */
export function writeElf(buildId: Uint8Array, packageJson: string): Buffer {
  const notes = Buffer.concat([note('GNU\0', 3, buildId), note('FDO\0', 0xcafe1a7e, Buffer.from(`${packageJson}\0`))]);
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(183, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(64n, 32);
  for (const [index, value] of [64, 56, 1, 64, 0, 0].entries()) header.writeUInt16LE(value, 52 + index * 2);
  const segment = Buffer.alloc(56);
  segment.writeUInt32LE(4, 0);
  segment.writeBigUInt64LE(120n, 8);
  segment.writeBigUInt64LE(BigInt(notes.length), 32);
  return Buffer.concat([header, segment, notes]);
}

function note(name: string, type: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(name.length, 0);
  head.writeUInt32LE(data.length, 4);
  head.writeUInt32LE(type, 8);
  const padding = Buffer.alloc((4 - (data.length % 4)) % 4);
  return Buffer.concat([head, Buffer.from(name, 'latin1'), data, padding]);
}

/** A legacy image of U-Boot. */
export function writeUimage(data: Uint8Array, name: string): Buffer {
  const header = Buffer.alloc(64);
  const words = [0x27051956, 0, 1_767_225_600, data.length, 0x8000, 0x8000, crc32(data)];
  for (const [index, word] of words.entries()) header.writeUInt32BE(word, index * 4);
  header.set([5, 2, 2, 0], 28);
  header.write(name, 32, 'latin1');
  header.writeUInt32BE(crc32(header), 4);
  return Buffer.concat([header, data]);
}

/** An Intel HEX file of 16 bytes in each record, at most 64 KiB. */
export function writeIntelHex(data: Uint8Array): Buffer {
  const lines: string[] = [];
  for (let at = 0; at < data.length; at += 16) lines.push(record(at, 0, data.subarray(at, at + 16)));
  return Buffer.from(`${[...lines, record(0, 1, Buffer.alloc(0))].join('\r\n')}\r\n`);
}

function record(address: number, type: number, data: Uint8Array): string {
  const bytes = [data.length, address >> 8, address & 0xff, type, ...data];
  const sum = bytes.reduce((all, byte) => all + byte, 0);
  return `:${Buffer.from([...bytes, -sum & 0xff])
    .toString('hex')
    .toUpperCase()}`;
}
