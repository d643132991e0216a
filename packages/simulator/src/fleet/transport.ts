import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** What became of a request: an answer of whatever status, or none. */
export type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string; readonly retryAfterMs: number }
  | { readonly kind: 'unreachable'; readonly message: string };

export interface FileAnswer {
  readonly kind: 'file';
  readonly status: number;
  readonly bytes: Uint8Array;
}

/** The state of the device's link during one request. */
export type Link = 'up' | 'loses-request' | 'loses-answer';

export type DownloadEnd =
  | { readonly kind: 'whole' }
  /** The reader had enough. */
  | { readonly kind: 'stopped' }
  | Answer;

/** What reads a download: `restart` when the server begins at byte 0 although it was asked to continue. */
export interface DownloadReader {
  restart(): void;
  /** @returns false to stop */
  take(chunk: Uint8Array): boolean | Promise<boolean>;
}

export interface MessageOptions {
  readonly token?: string | undefined;
  readonly link?: Link;
  /** What the clock of the device shows. */
  readonly date?: Date | undefined;
}

export interface TransportOptions {
  readonly server: URL;
  /** Most connections for messages; as many again may download. */
  readonly sockets: number;
  /** How long a silent server is waited for. */
  readonly timeoutMs: number;
}

/** Longest answer that a device reads: an offer carries an envelope of at most half of this. */
const answerBytes = 1_048_576;

/** The shared radio of all pretend devices: bounded, kept-alive connections to one server. */
export class Transport {
  readonly #server: URL;
  readonly #timeoutMs: number;
  readonly #messages: HttpAgent | HttpsAgent;
  readonly #downloads: HttpAgent | HttpsAgent;

  constructor(options: TransportOptions) {
    this.#server = options.server;
    this.#timeoutMs = options.timeoutMs;
    const Agent = options.server.protocol === 'https:' ? HttpsAgent : HttpAgent;
    const pool = { keepAlive: true, maxSockets: options.sockets, scheduling: 'fifo', timeout: 30_000 } as const;
    // Downloads wait for each other, never a report for a download.
    this.#messages = new Agent(pool);
    this.#downloads = new Agent(pool);
  }

  /** Sends a message and reads the whole answer. Never throws. */
  async post(path: string, body: string, options: MessageOptions = {}): Promise<Answer> {
    if (options.link === 'loses-request') return { kind: 'unreachable', message: 'the link is down' };
    const bytes = Buffer.from(body, 'utf8');
    const headers = {
      'content-type': 'application/json',
      'content-length': bytes.length,
      ...bearer(options.token),
      ...dated(options.date),
    };
    const answer = await this.#exchange(
      new URL(path, this.#server),
      { method: 'POST', headers, agent: this.#messages },
      bytes,
    );
    return options.link === 'loses-answer' ? { kind: 'unreachable', message: 'the answer was lost' } : answer;
  }

  /** Gets a small file; of one that is longer, one byte more than `maxBytes`. Never throws. */
  async get(
    path: string,
    options: { readonly token: string | undefined; readonly maxBytes: number },
  ): Promise<FileAnswer | Extract<Answer, { kind: 'unreachable' }>> {
    const { token, maxBytes } = options;
    try {
      const headers = bearer(token);
      const response = await this.#send(new URL(path, this.#server), { method: 'GET', headers, agent: this.#messages });
      const bytes = await readUpTo(response, maxBytes + 1);
      return { kind: 'file', status: response.statusCode ?? 0, bytes };
    } catch (error) {
      return { kind: 'unreachable', message: (error as Error).message };
    }
  }

  /** Streams an artifact to the reader, from byte `from` on. Never throws. */
  async download(
    url: string,
    reader: DownloadReader,
    options: { token: string; from: number; digest: string },
  ): Promise<DownloadEnd> {
    const target = URL.parse(url, this.#server.href);
    if (!target || !/^https?:$/.test(target.protocol)) {
      return { kind: 'unreachable', message: `cannot download from ${url.slice(0, 80)}` };
    }
    const mine = target.origin === this.#server.origin;
    const range = options.from > 0 ? { range: `bytes=${options.from}-`, 'if-range': `"${options.digest}"` } : {};
    // The device's token is for its own server only, never for a mirror.
    const headers = { ...range, ...bearer(mine ? options.token : undefined) };
    // A mirror of another scheme cannot share the pool.
    const agent = target.protocol === this.#server.protocol ? this.#downloads : undefined;
    try {
      const response = await this.#send(target, { method: 'GET', headers, agent });
      if (response.statusCode !== 200 && response.statusCode !== 206) return await readAnswer(response);
      if (response.statusCode === 200 && options.from > 0) reader.restart();
      else if (response.statusCode === 206 && !continuesAt(response, options.from)) {
        response.destroy();
        return { kind: 'unreachable', message: 'the server answered with another range' };
      }
      for await (const chunk of response) {
        // Leaving the loop destroys the response and with it the connection.
        if (!(await reader.take(chunk as Uint8Array))) return { kind: 'stopped' };
      }
      return response.complete ? { kind: 'whole' } : { kind: 'unreachable', message: 'the download broke off' };
    } catch (error) {
      return { kind: 'unreachable', message: (error as Error).message };
    }
  }

  close(): void {
    this.#messages.destroy();
    this.#downloads.destroy();
  }

  async #exchange(url: URL, options: RequestOptions, body: Uint8Array): Promise<Answer> {
    try {
      return await readAnswer(await this.#send(url, options, body));
    } catch (error) {
      return { kind: 'unreachable', message: (error as Error).message };
    }
  }

  #send(url: URL, options: RequestOptions, body?: Uint8Array): Promise<IncomingMessage> {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = send(url, { ...options, timeout: this.#timeoutMs }, resolve);
      request.on('timeout', () => request.destroy(new Error(`no answer within ${this.#timeoutMs} ms`)));
      request.on('error', reject);
      request.end(body);
    });
  }
}

/** @source RFC 9110 §6.6.1 */
function dated(date: Date | undefined): Record<string, string> {
  return date === undefined ? {} : { date: date.toUTCString() };
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Uint8Array).length;
    if (size > answerBytes) return { kind: 'unreachable', message: `the answer is over ${answerBytes} bytes` };
    chunks.push(chunk as Uint8Array);
  }
  if (!response.complete) return { kind: 'unreachable', message: 'the answer broke off' };
  const text = Buffer.concat(chunks).toString('utf8');
  return { kind: 'answer', status: response.statusCode ?? 0, text, retryAfterMs: retryAfter(response) };
}

/** Leaving the loop early closes the connection. */
async function readUpTo(response: IncomingMessage, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response) {
    chunks.push((chunk as Uint8Array).subarray(0, mostBytes - size));
    size += (chunk as Uint8Array).length;
    if (size >= mostBytes) break;
  }
  if (size < mostBytes && !response.complete) throw new Error('the answer broke off');
  return Buffer.concat(chunks);
}

/** Seconds form only: a device without a clock can do nothing with a date. @source RFC 9110 §10.2.3 */
function retryAfter(response: IncomingMessage): number {
  const seconds = Number(response.headers['retry-after'] ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3_600) * 1_000 : 0;
}

/** @source RFC 9110 §14.4 */
function continuesAt(response: IncomingMessage, from: number): boolean {
  return response.headers['content-range']?.startsWith(`bytes ${from}-`) ?? false;
}

/** The code of a refusal. @source RFC 9457 */
export function problemCode(text: string): string {
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return typeof code === 'string' ? code.slice(0, 64) : 'unknown';
  } catch {
    return 'unknown';
  }
}
