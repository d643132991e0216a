import { crc32 } from 'node:zlib';
import type { Findings } from '../inspection.ts';
import { isFiller } from '../reading/filler.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import { shownText } from '../reading/text.ts';

export const uimageMagic = 0x27051956;
const headerBytes = 64;

/** @source U-Boot include/image.h IH_ARCH_* */
const machines: ReadonlyMap<number, string> = new Map([
  [2, 'arm'],
  [3, 'x86'],
  [5, 'mips'],
  [7, 'powerpc'],
  [22, 'aarch64'],
  [24, 'x86-64'],
  [25, 'xtensa'],
  [26, 'riscv'],
]);

/**
 * Reads a legacy image of U-Boot: name, time and its two checksums. Nothing in it is signed.
 * @source U-Boot include/image.h legacy_img_hdr; big endian, CRC-32 with its own field zero
 */
export async function inspectUimage(reader: ImageReader): Promise<Findings> {
  const header = Buffer.from(await reader.bytes('The header', 0, headerBytes));
  const stated = header.readUInt32BE(4);
  const [seconds, sizeBytes] = [header.readUInt32BE(8), header.readUInt32BE(12)];
  header.writeUInt32BE(0, 4);
  let sum = 0;
  const sink = {
    update: (chunk: Uint8Array) => {
      sum = crc32(chunk, sum);
    },
  };
  await reader.feed('The data', [{ offset: headerBytes, length: sizeBytes }], [sink]);
  const machine = machines.get(header.readUInt8(29));
  const end = headerBytes + sizeBytes;
  const isClean = await isFiller(reader, end, reader.size - end);
  return {
    description: shownText(header.subarray(32, 64)),
    ...(seconds === 0 ? {} : { build: new Date(seconds * 1000).toISOString() }),
    hardwareIds: machine ? [machine] : [],
    hashes: [
      { what: 'header', algorithm: 'crc32', ok: stated === crc32(header) },
      { what: 'data', algorithm: 'crc32', ok: header.readUInt32BE(24) === sum },
    ],
    warnings: isClean ? [] : [`After the image, at ${end}, come ${reader.size - end} bytes that no checksum covers.`],
    inner: [{ offset: headerBytes, sizeBytes }],
  };
}
