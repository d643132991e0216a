import type { ArtifactStore } from '@fettle/control';
import { type Digest, FettleError } from '@fettle/model';

/** All bytes of an artifact, or of a range of it, as one. Copies each piece: its memory is used again. */
export async function pourAll(
  artifacts: Pick<ArtifactStore, 'pour'>,
  digest: Digest,
  range?: { start: number; end: number },
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  await artifacts.pour(digest, async (piece) => void pieces.push(Buffer.from(piece)), range);
  return Buffer.concat(pieces);
}

/** Whether the artifact can be had. @throws whatever else than its absence came up */
export async function isKept(artifacts: Pick<ArtifactStore, 'pour'>, digest: Digest): Promise<boolean> {
  try {
    await artifacts.pour(digest, async () => {});
    return true;
  } catch (error) {
    if (error instanceof FettleError && error.code === 'not-found') return false;
    throw error;
  }
}
