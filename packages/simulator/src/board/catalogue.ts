import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

/**
 * What an image does when a board starts it:
 * `good` runs and is healthy, `boot-fails` resets the board before the agent runs, `hangs` does nothing until the
 * watchdog resets the board, `health-fails` runs but its health checks fail.
 */
export const imageBehaviours = ['good', 'boot-fails', 'hangs', 'health-fails'] as const;
export type ImageBehaviour = (typeof imageBehaviours)[number];

/** An image that the board's processor can run. Bytes that are no such image do not boot. */
export interface KnownImage {
  /** SHA-256 of the image, lower-case hexadecimal. */
  readonly digest: string;
  readonly sizeBytes: number;
  readonly behaviour: ImageBehaviour;
}

/** Finds the image that a slot holds, whole and unchanged, from its first byte; undefined when it holds none. */
export function imageInSlot(slotFile: string, catalogue: readonly KnownImage[]): KnownImage | undefined {
  const sizes = [...new Set(catalogue.map((image) => image.sizeBytes))].sort((a, b) => a - b);
  const digests = digestsOfPrefixes(slotFile, sizes);
  return catalogue.find((image) => digests.get(image.sizeBytes) === image.digest);
}

/** SHA-256 of the first `size` bytes of a file for each size (ascending), in one pass; sizes past its end are left out. */
function digestsOfPrefixes(file: string, sizes: readonly number[]): Map<number, string> {
  const digests = new Map<number, string>();
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(65_536);
  const handle = openSync(file, 'r');
  try {
    let at = 0;
    for (const size of sizes) {
      while (at < size) {
        const read = readSync(handle, buffer, 0, Math.min(buffer.length, size - at), at);
        if (read === 0) return digests;
        hash.update(buffer.subarray(0, read));
        at += read;
      }
      digests.set(size, hash.copy().digest('hex'));
    }
    return digests;
  } finally {
    closeSync(handle);
  }
}
