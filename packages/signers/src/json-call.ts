import { FettleError } from '@fettle/model';

export interface JsonCall {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface JsonAnswer {
  readonly status: number;
  /** The object that came; empty when none did, as with many refusals. */
  readonly body: Readonly<Record<string, unknown>>;
}

const maxAnswerBytes = 1_048_576;

/**
 * Makes one HTTP call and reads its JSON, bounded. Follows no redirect: credentials are for the named host alone.
 * @throws FettleError `signer-unavailable` when nobody answers, or something that is not the service
 */
export async function callJson({ url, method, headers, body, signal }: JsonCall): Promise<JsonAnswer> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      signal,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw away(url, reasonOf(cause), cause);
  }
  if (response.status >= 300 && response.status < 400) {
    await response.body?.cancel();
    throw new FettleError(
      'invalid-input',
      `Expected an answer of ${hostOf(url)}, found a redirect. Name the host it leads to.`,
    );
  }
  const text = await readBounded(response, url);
  return { status: response.status, body: text === '' ? {} : objectIn(text, response, url) };
}

/** The address of a service: https, or http on this machine alone. @throws FettleError `invalid-input` */
export function requireAddress(text: string | undefined, example: string): string {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal);
  if (url && isSafe && url.username === '' && url.password === '' && url.search === '' && url.hash === '') {
    return url.href.replace(/\/$/, '');
  }
  const message = `Expected an https address (http only on this machine), as ${example}, found ${text === undefined ? 'none' : 'another'}.`;
  throw new FettleError('invalid-input', message);
}

async function readBounded(response: Response, url: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const piece of response.body ?? []) {
      pieces.push(piece);
      total += piece.length;
      if (total > maxAnswerBytes) break;
    }
  } catch (cause) {
    throw away(url, 'the answer broke off', cause);
  }
  if (total > maxAnswerBytes) throw away(url, `an answer of more than ${maxAnswerBytes} bytes`);
  return Buffer.concat(pieces).toString('utf8');
}

function objectIn(text: string, { status }: Response, url: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below, without the text: it may be anybody's page.
  }
  // A proxy's page with an error status is told by the status alone.
  if (status >= 400) return {};
  throw away(url, 'no JSON object');
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function away(url: string, found: string, cause?: unknown): FettleError {
  const message = `Expected an answer of ${hostOf(url)}, found ${found}. Check address and network, and try again.`;
  return new FettleError('signer-unavailable', message, { cause });
}

function hostOf(url: string): string {
  return new URL(url).host;
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error ? cause.cause : undefined;
  const code = inner instanceof Error && 'code' in inner ? inner.code : undefined;
  return typeof code === 'string' ? code : 'no connection';
}
