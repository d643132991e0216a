import type { IncomingMessage } from 'node:http';
import { openHttp, retryAfterMs } from './http.ts';
import { type DownloadDemand, type DownloadStream, type NoAnswer, TransferBroken } from './transport.ts';

interface DownloadWay {
  readonly server: string;
  readonly ca: string | null;
  readonly idleMs: number;
  readonly token: string | null;
}

const maxRedirects = 5;

/**
 * Opens a download at an offset. @source RFC 9110 §14 (ranges), §13.1.5 (If-Range)
 * The token goes to the server alone, never to a mirror or wherever a redirect leads.
 */
export async function openDownload(demand: DownloadDemand, way: DownloadWay): Promise<DownloadStream | NoAnswer> {
  try {
    let url = new URL(demand.url, way.server);
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const answer = await openHttp({
        method: 'GET',
        url,
        headers: headersFor(demand, url, way),
        ca: way.ca,
        idleMs: way.idleMs,
        signal: demand.signal,
      });
      const status = answer.statusCode ?? 0;
      const location = answer.headers.location;
      if (status < 300 || status >= 400 || location === undefined) return judge(answer, demand, url, way);
      answer.destroy();
      const next = new URL(location, url);
      if (url.protocol === 'https:' && next.protocol !== 'https:') return broken('A redirect leads away from HTTPS.');
      url = next;
    }
    return broken(`More than ${maxRedirects} redirects.`);
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return { ok: false, kind: 'unreachable', message: message || code || 'No connection.', retryAfterMs: null };
  }
}

function headersFor(demand: DownloadDemand, url: URL, way: DownloadWay): Record<string, string> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (url.origin === new URL(way.server).origin && way.token !== null) headers.authorization = `Bearer ${way.token}`;
  if (demand.offsetBytes > 0) {
    headers.range = `bytes=${demand.offsetBytes}-`;
    // Only a strong validator may stand here; without one the digest at the end has to do.
    if (demand.etag !== null) headers['if-range'] = demand.etag;
  }
  return headers;
}

function judge(answer: IncomingMessage, demand: DownloadDemand, url: URL, way: DownloadWay): DownloadStream | NoAnswer {
  const status = answer.statusCode ?? 0;
  const encoding = answer.headers['content-encoding'];
  const from = status === 206 ? rangeStart(answer, demand) : 0;
  if ((status === 200 || status === 206) && encoding === undefined && from !== undefined) {
    const etag = answer.headers.etag;
    const strong = etag !== undefined && /^"[^"]{1,200}"$/.test(etag) ? etag : null;
    return { ok: true, offsetBytes: from, etag: strong, chunks: chunksOf(answer) };
  }
  const wait = retryAfterMs(answer);
  answer.destroy();
  if (status === 401 && url.origin === new URL(way.server).origin) {
    return { ok: false, kind: 'refused', message: 'The server refused the token for a download.', retryAfterMs: wait };
  }
  if (status === 200 || status === 206)
    return broken('The answer is encoded or names another range than was asked for.');
  const kind = status === 408 || status === 429 || status >= 500 ? 'busy' : 'rejected';
  return { ok: false, kind, message: `The download was answered with ${status}.`, retryAfterMs: wait };
}

/** Where a 206 begins, if it is the part asked for of an artifact of the right length. */
function rangeStart(answer: IncomingMessage, demand: DownloadDemand): number | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(answer.headers['content-range'] ?? '');
  if (!match || Number(match[1]) !== demand.offsetBytes) return undefined;
  if (match[3] !== '*' && Number(match[3]) !== demand.sizeBytes) return undefined;
  return demand.offsetBytes;
}

async function* chunksOf(answer: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer) yield chunk as Buffer;
  } catch (error) {
    throw new TransferBroken(`The transfer broke off: ${(error as Error).message}`, error);
  } finally {
    answer.destroy();
  }
}

function broken(message: string): NoAnswer {
  return { ok: false, kind: 'rejected', message, retryAfterMs: null };
}
