import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Brain, type DeviceScope, openArtifact } from '@fettle/control';
import { type Artifact, digest, FettleError } from '@fettle/model';
import type { Metrics } from '../../http/metrics.ts';
import { HttpRefusal } from '../../http/problem.ts';
import { authenticate } from './authenticate.ts';
import { namesTag, wantedRange } from './range.ts';

export interface ArtifactDoorOptions {
  readonly brain: Brain;
  readonly metrics: Metrics;
  readonly maxDownloads: number;
  readonly retryAfterSeconds: number;
  readonly refuse: (response: ServerResponse, error: unknown) => void;
}

/**
 * `GET|HEAD /device/v1/artifacts/SHA256`: one range, strong entity tag, cacheable for ever.
 * Streams with backpressure; memory is one chunk a download, and downloads are bounded.
 */
export function createArtifactDoor(options: ArtifactDoorOptions) {
  let open = 0;
  return (request: IncomingMessage, response: ServerResponse, name: string): void => {
    const refuse = (error: unknown) => options.refuse(response, error);
    const scope = authenticate(options.brain, request.headers.authorization);
    if (scope instanceof FettleError) refuse(scope);
    else if (open >= options.maxDownloads) refuse(tooMany(options));
    else {
      open++;
      response.once('close', () => open--);
      download(options, { scope, name, request, response }).catch(refuse);
    }
  };
}

interface Asked extends Exchange {
  readonly scope: DeviceScope;
  readonly name: string;
}

async function download(options: ArtifactDoorOptions, { scope, name, ...exchange }: Asked): Promise<void> {
  await serve(options, await openArtifact(scope, options.brain, digest(name)), exchange);
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(options: ArtifactDoorOptions, artifact: Artifact, exchange: Exchange): Promise<void> {
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
async function send(options: ArtifactDoorOptions, { digest: name, part, ...sending }: Sending): Promise<void> {
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

function tooMany({ maxDownloads, retryAfterSeconds }: ArtifactDoorOptions): FettleError {
  return new FettleError('overloaded', `${maxDownloads} downloads are under way. Try again later; resume by Range.`, {
    details: { retryAfterSeconds },
  });
}
