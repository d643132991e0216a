import type { ServerResponse } from 'node:http';
import type { Problem } from '@fettle/api';
import { type ErrorCode, errorCodes, FettleError } from '@fettle/model';

/** The one table from error codes to HTTP statuses. */
export const statusOfCode: Readonly<Record<ErrorCode, number>> = {
  'invalid-input': 400,
  'invalid-id': 400,
  'too-large': 413,
  'not-found': 404,
  'not-authenticated': 401,
  forbidden: 403,
  'already-exists': 409,
  'wrong-state': 409,
  'token-replayed': 409,
  'offset-mismatch': 409,
  'digest-mismatch': 422,
  'signature-invalid': 422,
  'counter-reused': 409,
  'artifact-missing': 422,
  'image-refused': 422,
  'gate-failed': 422,
  'check-failed': 422,
  'device-rejected': 403,
  'device-pending': 403,
  'proof-invalid': 401,
  'limit-reached': 429,
  overloaded: 503,
  'storage-full': 507,
  'signer-unavailable': 503,
  'key-refused': 422,
  'signing-refused': 422,
  internal: 500,
};

/** Seconds that a client is told to wait when the error itself does not say. */
const retryAfterSeconds: Partial<Record<ErrorCode, number>> = {
  'device-pending': 300,
  'limit-reached': 60,
  overloaded: 30,
  'signer-unavailable': 30,
  'storage-full': 300,
};

/** A refusal that HTTP itself knows better than our codes: wrong method, media type, range … */
export class HttpRefusal extends FettleError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, options: { code?: ErrorCode; headers?: Record<string, string> } = {}) {
    super(options.code ?? 'invalid-input', message);
    this.status = status;
    this.headers = options.headers ?? {};
  }
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
}

/** Turns any error into the answer that the client gets; what is not a FettleError is told as `internal`, without details. */
export function problemOf(error: unknown, requestId: string): ProblemAnswer {
  const told =
    error instanceof FettleError
      ? error
      : new FettleError('internal', 'The server failed. Its log has the cause under this request id.');
  const { code, details } = told;
  const refusal = told instanceof HttpRefusal ? told : undefined;
  const status = refusal?.status ?? statusOfCode[code];
  const detail = code === 'internal' && told !== error ? told.message : told.message.slice(0, 4_000);
  return {
    status,
    headers: { ...waitHeader(told), ...authenticateHeader(status), ...offsetHeader(told), ...refusal?.headers },
    body: {
      type: `/api#${code}`,
      title: errorCodes[code].summary,
      status,
      code,
      detail,
      instance: requestId,
      retryable: told.retryable,
      ...(Object.keys(details).length > 0 ? { details: { ...details } } : {}),
    },
  };
}

export const problemMediaType = 'application/problem+json';

/** Answers a raw request with a problem document, if nothing was answered yet. */
export function sendProblem(response: ServerResponse, { status, headers, body }: ProblemAnswer): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    'content-type': problemMediaType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}

function waitHeader(error: FettleError): Record<string, string> {
  const told = error.details.retryAfterSeconds;
  const seconds = typeof told === 'number' ? told : retryAfterSeconds[error.code];
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}

function authenticateHeader(status: number): Record<string, string> {
  return status === 401 ? { 'www-authenticate': 'Bearer realm="fettle"' } : {};
}

// A client whose upload stands elsewhere goes on from here without another question.
function offsetHeader(error: FettleError): Record<string, string> {
  const { receivedBytes } = error.details;
  return error.code === 'offset-mismatch' && typeof receivedBytes === 'number'
    ? { 'upload-offset': String(receivedBytes) }
    : {};
}
