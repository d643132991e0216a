import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Brain, openArtifact } from '@fettle/control';
import { type Artifact, digest, FettleError } from '@fettle/model';
import type { Metrics } from '../../http/metrics.ts';
import { HttpRefusal } from '../../http/problem.ts';
import { authenticate } from './authenticate.ts';
import type { Download, Exchange } from './exchange.ts';
import { namesTag, wantedRange } from './range.ts';

export interface DownloadOptions {
  readonly brain: Brain;
  readonly metrics: Metrics;
  readonly maxDownloads: number;
  readonly retryAfterSeconds: number;
}

/**
 * Downloads by one range, with strong entity tags, cacheable for ever. Streams with backpressure; memory is one chunk a
 * download, and downloads are bounded, whichever door they come through.
 */
export function createDownloads(options: DownloadOptions): Download {
  let open = 0;
  return (find, exchange) => {
    const { response, refuse } = exchange;
    const failed = (error: unknown) => refuse(response, error);
    if (open >= options.maxDownloads) {
      failed(tooMany(options));
      return;
    }
    open++;
    response.once('close', () => open--);
    find()
      .then((artifact) => serve(options, artifact, exchange))
      .catch(failed);
  };
}

/** `GET|HEAD /device/v1/artifacts/SHA256` */
export function takeArtifact(brain: Brain, download: Download, exchange: Exchange, name: string): void {
  const { request, response, refuse } = exchange;
  const scope = authenticate(brain, request.headers.authorization);
  if (scope instanceof FettleError) refuse(response, scope);
  else download(async () => openArtifact(scope, brain, digest(name)), exchange);
}

async function serve(options: DownloadOptions, artifact: Artifact, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const tag = `"${artifact.digest}"`;
  const headers: Record<string, string | number> = {
    etag: tag,
    'accept-ranges': 'bytes',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  };
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = request.headers;
  // RFC 9110 §13.2.2: If-Match first, then If-None-Match, then If-Range with Range.
  if (ifMatch !== undefined && !namesTag(ifMatch, tag, 'strong')) {
    throw new HttpRefusal(412, 'If-Match names another entity tag; that of this artifact is its SHA-256 in quotes.');
  }
  if (ifNoneMatch !== undefined && namesTag(ifNoneMatch, tag, 'weak')) {
    response.writeHead(304, headers).end();
    return;
  }
  headers['content-type'] = 'application/octet-stream';
  const range = rangeOf(request, artifact, tag);
  if (range.kind === 'unsatisfiable') {
    throw new HttpRefusal(416, `The artifact has ${artifact.sizeBytes} bytes; the range begins behind its end.`, {
      headers: { 'content-range': `bytes */${artifact.sizeBytes}` },
    });
  }
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: artifact.sizeBytes - 1 };
  headers['content-length'] = end - start + 1;
  if (range.kind === 'part') headers['content-range'] = `bytes ${start}-${end}/${artifact.sizeBytes}`;
  const status = range.kind === 'part' ? 206 : 200;
  if (request.method === 'HEAD') {
    response.writeHead(status, headers).end();
    return;
  }
  options.metrics.device.downloads++;
  const part = range.kind === 'part' ? { start, end } : undefined;
  await send(options, { digest: artifact.digest, part, status, headers, response });
}

interface Sending {
  readonly digest: Artifact['digest'];
  readonly part: { start: number; end: number } | undefined;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly response: ServerResponse;
}

/** Sends bytes as fast as the other side takes them; rejects only while the refusal can still be told. */
async function send(options: DownloadOptions, { digest: name, part, ...sending }: Sending): Promise<void> {
  const { response, status, headers } = sending;
  const gone = new Promise<never>((_, reject) => {
    response.once('close', () => reject(new Error('The other side is gone.')));
  });
  gone.catch(() => {});
  const take = async (piece: Uint8Array) => {
    if (!response.headersSent) response.writeHead(status, headers);
    const taken = new Promise<void>((resolve, reject) => {
      response.write(piece, (error) => (error ? reject(error) : resolve()));
    });
    await Promise.race([taken, gone]);
    options.metrics.device.downloadBytes += piece.length;
  };
  try {
    await options.brain.artifacts.pour(name, take, part);
    response.end();
  } catch (error) {
    if (!response.headersSent) throw error;
    // After the head there is nobody left to tell.
    response.destroy();
  }
}

// A range is for GET only (RFC 9110 §14.2), and only while If-Range still means these bytes (§13.1.5).
function rangeOf(request: IncomingMessage, artifact: Artifact, tag: string) {
  const ifRange = request.headers['if-range'];
  const applies = request.method === 'GET' && (ifRange === undefined || ifRange === tag);
  return wantedRange(applies ? request.headers.range : undefined, artifact.sizeBytes);
}

function tooMany({ maxDownloads, retryAfterSeconds }: DownloadOptions): FettleError {
  return new FettleError('overloaded', `${maxDownloads} downloads are under way. Try again later; resume by Range.`, {
    details: { retryAfterSeconds },
  });
}
