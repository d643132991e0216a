import { FettleError } from '@fettle/model';
import { fillPath } from './route.ts';
import { routes } from './routes.ts';
import { jsonOf, type Send } from './send.ts';
import type { UploadView } from './shapes/release.ts';

export interface UploadRequest {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** The artifact's bytes from an offset on; called again after every break. */
  readonly open: (offset: number) => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
  /** Told how many bytes have been handed to the connection; goes back after a break. */
  readonly onProgress?: (sentBytes: number) => void;
  readonly signal?: AbortSignal;
  /** Breaks without any progress in between before giving up; default 8. */
  readonly maxBreaks?: number;
  /** How to wait between tries; given the number of breaks so far. */
  readonly wait?: (breaks: number, signal?: AbortSignal) => Promise<void>;
}
export interface UploadResult {
  /** False when the server had the artifact already. */
  readonly sent: boolean;
}

/**
 * Brings one artifact to the server: begins or finds its upload, sends from where the server stands,
 * and after a break asks again and goes on. Memory: one chunk.
 * @throws FettleError as the server refused, or the last break when `maxBreaks` came without progress
 */
export async function uploadArtifact(send: Send, request: UploadRequest): Promise<UploadResult> {
  const { signal, maxBreaks = 8, wait = fullJitter } = request;
  let breaks = 0;
  let farthest = -1;
  let sent = false;
  for (;;) {
    let problem: FettleError;
    try {
      const state = await begin(send, request);
      if (state.complete || state.id === null) return { sent };
      if (state.receivedBytes > farthest) breaks = 0;
      farthest = Math.max(farthest, state.receivedBytes);
      sent = true;
      if (await append(send, state.id, { request, offset: state.receivedBytes })) return { sent };
      problem = new FettleError('overloaded', 'The server took the bytes but the upload is not complete.');
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof FettleError) || !error.retryable) throw error;
      problem = error;
    }
    if (++breaks > maxBreaks) throw problem;
    await wait(breaks, signal);
  }
}

async function begin(send: Send, { sha256, sizeBytes, signal }: UploadRequest): Promise<UploadView> {
  const { method, path } = routes.beginUpload;
  const headers = { 'content-type': 'application/json' };
  const response = await send({ method, path, headers, body: JSON.stringify({ sha256, sizeBytes }), signal });
  return (await jsonOf(response)) as UploadView;
}

async function append(
  send: Send,
  upload: string,
  { request, offset }: { request: UploadRequest; offset: number },
): Promise<boolean> {
  const { method, path } = routes.appendUpload;
  const source = await request.open(offset);
  const response = await send({
    method,
    path: fillPath(path, { upload }),
    headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
    body: streamOf(source, offset, request.onProgress),
    signal: request.signal,
    timeoutMs: 0,
  });
  const { complete } = (await jsonOf(response)) as { complete: boolean };
  return complete;
}

function streamOf(source: AsyncIterable<Uint8Array>, offset: number, onProgress?: (sentBytes: number) => void) {
  const iterator = source[Symbol.asyncIterator]();
  let sentBytes = offset;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) return controller.close();
      controller.enqueue(next.value);
      sentBytes += next.value.length;
      onProgress?.(sentBytes);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

/** Full jitter: somewhere between nothing and 0.25 s × 2^breaks, at most 10 s. */
async function fullJitter(breaks: number, signal?: AbortSignal): Promise<void> {
  const milliseconds = Math.random() * Math.min(10_000, 250 * 2 ** breaks);
  signal?.throwIfAborted();
  // The timers of Node, which can be called off, are not there in a browser.
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const stop = () => reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  await promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  });
}
