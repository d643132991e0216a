import type { ArtifactStore } from '@fettle/control';
import type { Digest } from '@fettle/model';

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
