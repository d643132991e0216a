import type { OpenLayer } from '../core/open-layer.ts';
import { rangeSource } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';

const headerBytes = 64;
const multiFile = 4;
const maxParts = 256;

/**
 * Presents what a legacy image of U-Boot holds: `data`, or `data-N` of a multi-file image.
 * @source U-Boot include/image.h: legacy_img_hdr, IH_TYPE_MULTI
 */
export async function openUimage(open: OpenLayer): Promise<number> {
  const header = await open.reader.bytes('The header', 0, headerBytes);
  const size = header.readUInt32BE(12);
  open.reader.require('The data', headerBytes, size);
  if (header.readUInt8(30) === multiFile) await presentParts(open, headerBytes + size);
  else await open.part('data', { kind: 'range', source: rangeSource(open.source, headerBytes, size) }, size);
  return headerBytes + size;
}

// A list of sizes that ends with a zero; the parts follow, each from an offset that four divides.
async function presentParts(open: OpenLayer, end: number): Promise<void> {
  const sizes: number[] = [];
  let at = headerBytes;
  for (;;) {
    const size = (await open.reader.bytes('A size', at, 4)).readUInt32BE(0);
    at += 4;
    if (size === 0) break;
    if (sizes.length >= maxParts) throw new Unseen('too-many', `There are more than ${maxParts} parts.`);
    sizes.push(size);
  }
  for (const [index, size] of sizes.entries()) {
    if (at + size > end) throw new Unseen('malformed', `Part ${index} ends after the image.`);
    await open.part(`data-${index}`, { kind: 'range', source: rangeSource(open.source, at, size) }, size);
    at += Math.ceil(size / 4) * 4;
  }
}
