import { type ErrorCode, type ErrorDetails, errorCodes, FettleError } from '@fettle/model';

const byStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'not-authenticated',
  403: 'forbidden',
  404: 'not-found',
  413: 'too-large',
  429: 'limit-reached',
  502: 'overloaded',
  503: 'overloaded',
  504: 'overloaded',
  507: 'storage-full',
};
const longestProblem = 65_536;

/** Turns a refusal into the error it tells; a foreign answer (a proxy's page) is told by its status alone. */
export async function errorOf(response: Response): Promise<FettleError> {
  const text = (await response.text().catch(() => '')).slice(0, longestProblem);
  const body = parse(text);
  const code =
    codeOf(body?.code) ?? byStatus[response.status] ?? (response.status >= 500 ? 'internal' : 'invalid-input');
  const detail = typeof body?.detail === 'string' ? body.detail : undefined;
  const requestId = typeof body?.instance === 'string' ? body.instance : null;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new FettleError(code, detail ?? `The server answered ${response.status} ${response.statusText}.`, {
    details: {
      ...scalars(body?.details),
      status: response.status,
      ...(requestId === null ? {} : { requestId }),
      ...(Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {}),
    },
  });
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function codeOf(value: unknown): ErrorCode | undefined {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value) ? (value as ErrorCode) : undefined;
}

function scalars(value: unknown): ErrorDetails {
  if (typeof value !== 'object' || value === null) return {};
  const kept = Object.entries(value).filter(
    ([, v]) => v === null || ['string', 'number', 'boolean'].includes(typeof v),
  );
  return Object.fromEntries(kept) as ErrorDetails;
}
