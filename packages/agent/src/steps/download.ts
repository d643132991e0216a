import { createHash, type Hash } from 'node:crypto';
import { backoffMs } from '../backoff.ts';
import { deploymentError } from '../errors.ts';
import type { SlotWriter } from '../installers/installer.ts';
import type { Work, WorkArtifact } from '../journal.ts';
import { goOn, type Kit, type StepResult } from '../kit.ts';
import { reportWork } from '../reports.ts';
import { changeWork, enterStage } from '../transitions.ts';
import { type DownloadStream, TransferBroken } from '../transports/transport.ts';
import { obeyAbort } from './obey-abort.ts';

type Transfer =
  | { readonly end: 'complete' | 'stopped' | 'aborted' }
  /** Nothing is wrong with what came; the rest can be asked for again, from zero if `restart`. */
  | {
      readonly end: 'broken';
      readonly message: string;
      readonly retryAfterMs: number | null;
      readonly restart: boolean;
    }
  | { readonly end: 'wrong'; readonly code: 'digest-mismatch' | 'length-mismatch'; readonly message: string };

const backoff = { baseMs: 2_000, capMs: 300_000 } as const;
/** The server is told about progress, and may ask for an abort, this often. */
const progressMs = 10_000;

/** Streams the next artifact into the inactive slot, hashing on the way; goes on where the last transfer stopped. */
export async function download(kit: Kit): Promise<StepResult> {
  const { work } = kit;
  const artifact = work.artifacts[work.download.index];
  // Tells that the work has begun, and hears whether it is still wanted.
  await kit.deliver();
  if (kit.isAborted()) return endAborted(kit);
  if (!artifact) {
    await kit.journal.save(enterStage(kit.journal.journal, 'downloaded', kit.at()));
    return goOn;
  }
  // Before the first byte goes in, the boot loader must not be able to start this slot.
  await kit.boot.settle(work.from, 'unusable');
  const transfer = await transferArtifact(kit, artifact);
  switch (transfer.end) {
    case 'complete':
      await saveDownload(kit, { index: work.download.index + 1, offsetBytes: 0, etag: null, failures: 0 });
      return goOn;
    case 'stopped':
      return goOn;
    case 'aborted':
      return endAborted(kit);
    case 'wrong':
      return startOver(kit, transfer);
    case 'broken':
      return tryAgain(kit, transfer);
  }
}

async function endAborted(kit: Kit): Promise<StepResult> {
  await obeyAbort(kit);
  return goOn;
}

/** Wrong bytes: one more try from the first byte, in case something between here and the server is to blame. */
async function startOver(kit: Kit, wrong: Extract<Transfer, { end: 'wrong' }>): Promise<StepResult> {
  const { fullRetries } = kit.work.download;
  kit.log.warn(wrong.code, { message: wrong.message, fullRetries });
  if (fullRetries >= 1) {
    await kit.finish({ status: 'failed', error: deploymentError(wrong.code, wrong.message) });
  } else await saveDownload(kit, { offsetBytes: 0, etag: null, fullRetries: fullRetries + 1 });
  return goOn;
}

/**
 * A broken transfer. While the server is gone too, it is the network's fault and counts for nothing:
 * slow is not failed. When the server answers and only the artifact does not come, attempts run out.
 */
async function tryAgain(kit: Kit, broken: Extract<Transfer, { end: 'broken' }>): Promise<StepResult> {
  kit.log.warn('transfer-broken', { message: broken.message });
  const { journal, clock, config } = kit;
  await journal.save(
    reportWork(journal.journal, { status: 'downloading', detail: broken.message, progress: true }, clock.now()),
  );
  const reached = await kit.deliver();
  if (kit.isAborted()) return endAborted(kit);
  const download = journal.journal.work?.download ?? kit.work.download;
  const failures = download.failures + (reached ? 1 : 0);
  if (failures >= config.downloads.attempts) {
    const message = `The download failed ${failures} times without progress. Last: ${broken.message}`;
    await kit.finish({ status: 'failed', error: deploymentError('download-failed', message) });
    return goOn;
  }
  await saveDownload(kit, broken.restart ? { failures, offsetBytes: 0, etag: null } : { failures });
  const { retryAfterMs } = broken;
  const waitMs = backoffMs({ ...backoff, failures: failures + 1, retryAfterMs, leastMs: 100 }, kit.random);
  return { next: 'wait', waitMs };
}

async function transferArtifact(kit: Kit, artifact: WorkArtifact): Promise<Transfer> {
  const { installer, work } = kit;
  const resumed = await resumePoint(kit, artifact);
  let { offsetBytes, hash } = resumed;
  if (offsetBytes < artifact.sizeBytes) {
    const { etag } = work.download;
    const demand = { url: artifact.url, sizeBytes: artifact.sizeBytes, etag, offsetBytes, signal: kit.signal };
    const stream = await kit.transport.download(demand);
    if (!stream.ok) {
      const restart = stream.kind === 'rejected';
      return { end: 'broken', message: stream.message, retryAfterMs: stream.retryAfterMs, restart };
    }
    // The server sent the whole artifact instead of the rest.
    if (stream.offsetBytes !== offsetBytes) ({ offsetBytes, hash } = { offsetBytes: 0, hash: createHash('sha256') });
    const writer = await installer.open(artifact.component, work.to);
    try {
      const end = await pour(kit, { artifact, stream, writer, hash, offsetBytes });
      if (end.end !== 'complete') return end;
    } finally {
      await writer.close();
    }
  }
  const found = hash.digest('hex');
  if (found === artifact.sha256) return { end: 'complete' };
  const message = `Expected SHA-256 ${artifact.sha256} for ${artifact.component}, found ${found}.`;
  return { end: 'wrong', code: 'digest-mismatch', message };
}

/** What is durable from an earlier transfer is read back and hashed, as only storage knows what survived. */
async function resumePoint(
  { work, installer }: Kit,
  artifact: WorkArtifact,
): Promise<{ offsetBytes: number; hash: Hash }> {
  const hash = createHash('sha256');
  const sizeBytes = work.download.offsetBytes;
  if (sizeBytes === 0) return { offsetBytes: 0, hash };
  const feed = (bytes: Uint8Array) => hash.update(bytes);
  const whole = await installer.read(artifact.component, work.to, { sizeBytes, feed });
  return whole ? { offsetBytes: sizeBytes, hash } : { offsetBytes: 0, hash: createHash('sha256') };
}

interface Pouring {
  readonly artifact: WorkArtifact;
  readonly stream: DownloadStream;
  readonly writer: SlotWriter;
  readonly hash: Hash;
  readonly offsetBytes: number;
}

/** Stream → slot and hash. Whatever ends it, what was written is made durable and remembered. */
async function pour(kit: Kit, { artifact, stream, writer, hash, offsetBytes }: Pouring): Promise<Transfer> {
  let offset = offsetBytes;
  let durable = offsetBytes;
  let toldAtMs = kit.clock.monotonicMs();
  const makeDurable = async () => {
    if (offset === durable) return;
    await writer.sync();
    durable = offset;
    await saveDownload(kit, { offsetBytes: durable, etag: stream.etag, failures: 0 });
  };
  let message = `The transfer ended early, before byte ${artifact.sizeBytes}.`;
  try {
    for await (const chunk of stream.chunks) {
      if (offset + chunk.length > artifact.sizeBytes) {
        const found = `Expected ${artifact.sizeBytes} bytes for ${artifact.component}, the server sends more.`;
        return { end: 'wrong', code: 'length-mismatch', message: found };
      }
      await writer.write(chunk, offset);
      hash.update(chunk);
      offset += chunk.length;
      if (offset - durable >= kit.config.downloads.syncBytes) await makeDurable();
      if (kit.clock.monotonicMs() - toldAtMs >= progressMs) {
        toldAtMs = kit.clock.monotonicMs();
        await tellProgress(kit, artifact, offset);
      }
      if (kit.isAborted()) return { end: 'aborted' };
      if (kit.signal.aborted) break;
    }
  } catch (error) {
    if (!(error instanceof TransferBroken)) throw error;
    message = error.message;
  }
  await makeDurable();
  if (kit.signal.aborted) return { end: 'stopped' };
  if (offset === artifact.sizeBytes) return { end: 'complete' };
  return { end: 'broken', message, retryAfterMs: null, restart: false };
}

async function tellProgress(kit: Kit, { component, sizeBytes }: WorkArtifact, offset: number): Promise<void> {
  const detail = `${Math.floor((100 * offset) / sizeBytes)} % of ${component}`;
  const told = reportWork(kit.journal.journal, { status: 'downloading', detail, progress: true }, kit.clock.now());
  await kit.journal.save(told);
  await kit.deliver();
}

async function saveDownload({ journal }: Kit, change: Partial<Work['download']>): Promise<void> {
  const { work } = journal.journal;
  if (!work) return;
  await journal.save(changeWork(journal.journal, { download: { ...work.download, ...change } }));
}
