import { createHash } from 'node:crypto';
import type { HashFinding } from '../inspection.ts';
import type { ImageReader, Sink } from '../reading/image-reader.ts';
import { Malformed } from '../reading/malformed.ts';
import type { Range } from '../reading/ranges.ts';

export const esp32Magic = 0xe9;
export const espHeaderBytes = 24;
export const maxSegments = 16;
const checksumSeed = 0xef;

export interface AppImage {
  readonly chipId: number;
  readonly segments: readonly Range[];
  /** First byte after segments, padding, checksum and the hash, if there is one. */
  readonly end: number;
  readonly hashes: readonly HashFinding[];
}

/**
 * Walks the segments of an ESP32 image and compares its checksum and its appended hash.
 * @source ESP-IDF, app image format: header, segments, checksum byte at the end of a 16-byte block, SHA-256
 */
export async function readAppImage(reader: ImageReader): Promise<AppImage> {
  const header = await reader.bytes('The header', 0, espHeaderBytes);
  const segments = await readSegments(reader, header.readUInt8(1));
  const last = segments.at(-1);
  const checksumEnd = ((last ? last.offset + last.length : espHeaderBytes) | 15) + 1;
  const stated = (await reader.bytes('The checksum', checksumEnd - 1, 1)).readUInt8(0);
  const sum = new XorSum();
  await reader.feed('The segments', segments, [sum]);
  const hashes: HashFinding[] = [{ what: 'segments', algorithm: 'xor8', ok: sum.value === stated }];
  const appended = header.readUInt8(23);
  if (appended > 1) throw new Malformed('contradiction', `Byte 23 says 0 or 1 for a hash at the end, not ${appended}.`);
  if (appended === 1) hashes.push(await checkAppended(reader, checksumEnd));
  const end = checksumEnd + (appended === 1 ? 32 : 0);
  return { chipId: header.readUInt16LE(12), segments, end, hashes };
}

async function readSegments(reader: ImageReader, count: number): Promise<Range[]> {
  if (count < 1 || count > maxSegments) {
    throw new Malformed('limit', `Expected 1 to ${maxSegments} segments, found ${count}.`);
  }
  const segments: Range[] = [];
  let at = espHeaderBytes;
  for (let index = 0; index < count; index++) {
    const length = (await reader.bytes(`Segment ${index}`, at, 8)).readUInt32LE(4);
    reader.require(`Segment ${index}`, at + 8, length);
    segments.push({ offset: at + 8, length });
    at += 8 + length;
  }
  return segments;
}

async function checkAppended(reader: ImageReader, end: number): Promise<HashFinding> {
  const hash = createHash('sha256');
  const stated = Buffer.from(await reader.bytes('The appended hash', end, 32));
  await reader.feed('The hashed bytes', [{ offset: 0, length: end }], [hash]);
  return { what: 'image', algorithm: 'sha256', ok: stated.equals(hash.digest()) };
}

class XorSum implements Sink {
  value = checksumSeed;

  update(chunk: Uint8Array): void {
    let sum = this.value;
    for (let index = 0; index < chunk.length; index++) sum ^= chunk[index] ?? 0;
    this.value = sum;
  }
}
