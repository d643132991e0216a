import { createCipheriv, createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownImage } from '@fettle/simulator';

/** An image with its bytes, for the server to hand out. */
export interface PreparedImage extends KnownImage {
  readonly file: string;
  readonly bytes: Uint8Array;
}

const kinds = [
  ['good', 1_000_000],
  ['good', 1_048_576],
  ['good', 900_001],
  ['health-fails', 1_000_003],
  ['boot-fails', 950_000],
  ['hangs', 1_048_575],
] as const;

/** Makes images of several lengths from a seed: three good ones and one of each bad kind. */
export function makeImages(folder: string, seed: number): readonly PreparedImage[] {
  return kinds.map(([behaviour, sizeBytes], index) => {
    const key = createHash('sha256').update(`${seed}/${index}`).digest();
    const bytes = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
    const file = join(folder, `image-${index}.bin`);
    writeFileSync(file, bytes);
    return { behaviour, sizeBytes, file, bytes, digest: createHash('sha256').update(bytes).digest('hex') };
  });
}
