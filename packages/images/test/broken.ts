import type { ImageKey } from '../src/image-keys.ts';
import { inspectImage } from '../src/inspect.ts';
import type { Inspection } from '../src/inspection.ts';
import { bytesSource } from '../src/source.ts';

/** What is found in bytes. */
export async function inspectBytes(bytes: Uint8Array, keys: readonly ImageKey[] = []): Promise<Inspection> {
  return await inspectImage(bytesSource(bytes), { keys });
}

/** A copy of bytes with one change. */
export function changed(bytes: Uint8Array, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  change(copy);
  return copy;
}

/** A copy with one bit the other way. */
export function flipped(bytes: Uint8Array, at: number): Buffer {
  return changed(bytes, (copy) => copy.writeUInt8(copy.readUInt8(at) ^ 1, at));
}
