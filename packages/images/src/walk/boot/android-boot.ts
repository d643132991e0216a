import type { OpenLayer } from '../core/open-layer.ts';
import { rangeSource } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';

interface Part {
  readonly name: string;
  readonly sizeBytes: number;
}

const widePageBytes = 4_096;

/**
 * Presents kernel, ramdisk, second stage and device tree of an Android boot image.
 * @source Android bootimg.h, header versions 0 to 4: each part begins on a page
 */
export async function openAndroidBoot(open: OpenLayer): Promise<number> {
  const header = await open.reader.bytes('The header', 0, Math.min(1_664, open.reader.size));
  const version = header.readUInt32LE(40);
  const { pageBytes, parts } = version >= 3 && version <= 4 ? wideParts(header, version) : pagedParts(header, version);
  let at = pageBytes;
  for (const { name, sizeBytes } of parts) {
    if (sizeBytes === 0) continue;
    open.reader.require(`The ${name}`, at, sizeBytes);
    await open.part(name, { kind: 'range', source: rangeSource(open.source, at, sizeBytes) }, sizeBytes);
    at += Math.ceil(sizeBytes / pageBytes) * pageBytes;
  }
  return Math.min(at, open.reader.size);
}

function wideParts(header: Buffer, version: number): { pageBytes: number; parts: readonly Part[] } {
  return {
    pageBytes: widePageBytes,
    parts: [
      { name: 'kernel', sizeBytes: header.readUInt32LE(8) },
      { name: 'ramdisk', sizeBytes: header.readUInt32LE(12) },
      { name: 'signature', sizeBytes: version === 4 ? header.readUInt32LE(1_580) : 0 },
    ],
  };
}

// Before version 1, what stands at 40 is the size of a device tree, or zero.
function pagedParts(header: Buffer, version: number): { pageBytes: number; parts: readonly Part[] } {
  const pageBytes = header.readUInt32LE(36);
  const isPower = pageBytes >= 512 && pageBytes <= 131_072 && (pageBytes & (pageBytes - 1)) === 0;
  if (!isPower) throw new Unseen('malformed', `Expected pages of 512 bytes to 128 KiB, found ${pageBytes}.`);
  return {
    pageBytes,
    parts: [
      { name: 'kernel', sizeBytes: header.readUInt32LE(8) },
      { name: 'ramdisk', sizeBytes: header.readUInt32LE(16) },
      { name: 'second', sizeBytes: header.readUInt32LE(24) },
      { name: 'recovery-dtbo', sizeBytes: version === 1 || version === 2 ? header.readUInt32LE(1_632) : 0 },
      { name: 'dtb', sizeBytes: version === 2 ? header.readUInt32LE(1_648) : version > 4 ? version : 0 },
    ],
  };
}
