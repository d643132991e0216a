import type { Readable } from 'node:stream';
import { type Digest, FettleError, limits, makeId } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { Upload } from '../ports.ts';

/**
 * Begins an upload, takes up the open one of the same artifact, or says that the artifact is here already.
 * @throws FettleError `too-large`, `limit-reached`
 */
export async function beginUpload(
  scope: Scope,
  brain: Brain,
  input: { digest: Digest; sizeBytes: number },
): Promise<{ upload: Upload | null; complete: boolean }> {
  demand(scope, 'release.publish');
  if (input.sizeBytes < 1 || input.sizeBytes > limits.artifactBytes) {
    throw new FettleError('too-large', `An artifact has 1 to ${limits.artifactBytes} bytes, not ${input.sizeBytes}.`);
  }
  const now = brain.clock.now();
  const id = makeId('upl', now, brain.random.bytes(10));
  return brain.store.transact(scope, async (tx) => {
    if (await tx.artifact(input.digest)) return { upload: null, complete: true };
    const open = await tx.openUploads();
    const same = open.find((one) => one.digest === input.digest && one.sizeBytes === input.sizeBytes);
    if (same) return { upload: same, complete: false };
    if (open.length >= limits.openUploads) {
      throw new FettleError(
        'limit-reached',
        `There are ${limits.openUploads} unfinished uploads; finish or wait for one to expire.`,
      );
    }
    const upload: Upload = { id, ...input, receivedBytes: 0, createdAt: now };
    await tx.insertUpload(upload);
    return { upload, complete: false };
  });
}

export async function getUpload(scope: Scope, brain: Brain, id: string): Promise<Upload> {
  demand(scope, 'release.publish');
  const upload = await brain.store.reads(scope).upload(id);
  if (!upload) throw new FettleError('not-found', `There is no open upload ${id}.`);
  // The bytes on storage are the truth: a crash may have come between them and the row.
  return { ...upload, receivedBytes: await brain.artifacts.uploadedBytes(id) };
}

/**
 * Takes more bytes of an upload. What is answered as received is durable; the last byte makes the artifact.
 * @throws FettleError `offset-mismatch` with the right offset, `digest-mismatch` (the upload is discarded)
 */
export async function appendUpload(
  scope: Scope,
  brain: Brain,
  id: string,
  input: { offset: number; bytes: Readable },
): Promise<{ receivedBytes: number; complete: boolean }> {
  const upload = await getUpload(scope, brain, id);
  if (input.offset !== upload.receivedBytes) {
    throw new FettleError(
      'offset-mismatch',
      `The upload goes on at byte ${upload.receivedBytes}, not at ${input.offset}.`,
      {
        details: { receivedBytes: upload.receivedBytes },
      },
    );
  }
  const range = { offset: input.offset, sizeLimit: upload.sizeBytes };
  const receivedBytes = await brain.artifacts.append(id, input.bytes, range);
  if (receivedBytes < upload.sizeBytes) return { receivedBytes, complete: false };
  await finishUpload(scope, brain, upload);
  return { receivedBytes, complete: true };
}

async function finishUpload(scope: Scope, brain: Brain, upload: Upload): Promise<void> {
  const { found, kept } = await brain.artifacts.finish(upload.id, upload.digest);
  if (!kept) {
    await brain.store.transact(scope, (tx) => tx.deleteUpload(upload.id));
    throw new FettleError(
      'digest-mismatch',
      `Expected SHA-256 ${upload.digest}, found ${found}. Upload the file again.`,
    );
  }
  await brain.store.transact(scope, async (tx) => {
    await tx.deleteUpload(upload.id);
    if (await tx.artifact(upload.digest)) return;
    await tx.insertArtifact({ digest: upload.digest, sizeBytes: upload.sizeBytes }, brain.clock.now());
    await tx.appendAudit({
      verb: 'artifact.uploaded',
      object: `artifact/${upload.digest}`,
      fleet: null,
      before: null,
      after: upload.digest,
      reason: `${upload.sizeBytes} bytes`,
    });
  });
  await brain.artifacts.discard(upload.id);
}

/** How long an unfinished upload is kept after it began. */
export const uploadLifetimeMs = 7 * 24 * 3_600_000;

/** Throws away uploads that were begun long ago and never finished. */
export async function expireUploads(scope: Scope, brain: Brain): Promise<void> {
  const oldest = brain.clock.now() - uploadLifetimeMs;
  const old = (await brain.store.reads(scope).openUploads()).filter((upload) => upload.createdAt < oldest);
  for (const upload of old) {
    await brain.store.transact(scope, (tx) => tx.deleteUpload(upload.id));
    await brain.artifacts.discard(upload.id);
  }
}
