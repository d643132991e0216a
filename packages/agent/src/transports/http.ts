import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface HttpDemand {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Certificates to trust, PEM; null: those that Node trusts. */
  readonly ca: string | null;
  /** The connection is given up when nothing moves for this long. */
  readonly idleMs: number;
  readonly signal?: AbortSignal;
}

/** Sends a request and waits for the head of the answer. @throws what the network throws, or a time-out */
export function openHttp(demand: HttpDemand): Promise<IncomingMessage> {
  const { method, url, body, ca, idleMs, signal } = demand;
  const headers: Record<string, string> = { ...demand.headers };
  if (body !== undefined) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = String(Buffer.byteLength(body));
  }
  const options = { method, headers, timeout: idleMs, ...(signal ? { signal } : {}) };
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...options, ...(ca === null ? {} : { ca }) }, resolve)
        : httpRequest(url, options, resolve);
    request.on('timeout', () => request.destroy(new Error(`Nothing came within ${idleMs / 1_000} s.`)));
    request.on('error', reject);
    request.end(body);
  });
}

/** Reads a body, and of one that is longer one byte too many. @throws when it takes longer than `wholeMs`, or breaks off */
export async function readBytes(answer: IncomingMessage, maxBytes: number, wholeMs: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  const timer = setTimeout(() => answer.destroy(new Error(`The answer took over ${wholeMs / 1_000} s.`)), wholeMs);
  try {
    for await (const part of answer) {
      const bytes = part as Buffer;
      parts.push(bytes.subarray(0, maxBytes + 1 - length));
      length += bytes.length;
      if (length > maxBytes) break;
    }
  } finally {
    clearTimeout(timer);
    answer.destroy();
  }
  return Buffer.concat(parts);
}

/** Reads a bounded text body. @throws when it is longer, takes longer than `wholeMs`, or breaks off */
export async function readText(answer: IncomingMessage, maxBytes: number, wholeMs: number): Promise<string> {
  const bytes = await readBytes(answer, maxBytes, wholeMs);
  if (bytes.length > maxBytes) throw new Error(`The answer has more than ${maxBytes} bytes.`);
  return Buffer.from(bytes).toString('utf8');
}

/**
 * `Retry-After` in milliseconds: seconds, or a date that is compared with the answer's own `Date`,
 * because the device's clock may say 1970. At most a day. @source RFC 9110 §10.2.3
 */
export function retryAfterMs(answer: IncomingMessage): number | null {
  const value = answer.headers['retry-after'];
  if (value === undefined) return null;
  const dayMs = 86_400_000;
  if (/^\d{1,9}$/.test(value)) return Math.min(dayMs, Number(value) * 1_000);
  const difference = Date.parse(value) - Date.parse(answer.headers.date ?? '');
  return Number.isFinite(difference) ? Math.min(dayMs, Math.max(0, difference)) : null;
}
