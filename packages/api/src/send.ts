import { FettleError } from '@fettle/model';
import { errorOf } from './problem-error.ts';

export interface SendOptions {
  /** Base URL, e.g. `https://fettle.example.com`. */
  readonly server: string;
  /** Operator token; absent for the few open routes. */
  readonly token?: string | undefined;
  readonly fetch?: typeof fetch;
  /** Longest wait for an answer, in milliseconds; default 30 seconds. */
  readonly timeoutMs?: number;
}

/** One HTTP exchange with the server, with a time limit; throws FettleError for every refusal. */
export type Send = (request: {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | ReadableStream<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  /** 0: no limit, as for uploads, which end by their own rules. */
  readonly timeoutMs?: number;
}) => Promise<Response>;

export function sender(options: SendOptions): Send {
  const base = options.server.replace(/\/+$/, '');
  const doFetch = options.fetch ?? fetch;
  return async ({ method, path, headers, body, signal, timeoutMs = options.timeoutMs ?? 30_000 }) => {
    const signals = [signal, timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined].filter((s) => s !== undefined);
    const authorization = options.token ? { authorization: `Bearer ${options.token}` } : {};
    let response: Response;
    try {
      response = await doFetch(`${base}${path}`, {
        method,
        headers: { accept: 'application/json', ...authorization, ...headers },
        ...(signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}),
        // Streams need `duplex`, which the DOM types do not know yet.
        ...(body === undefined ? {} : ({ body, duplex: 'half' } as RequestInit)),
        redirect: 'error',
      });
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      throw unreachable(base, cause, timeoutMs);
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  };
}

function unreachable(server: string, cause: unknown, timeoutMs: number): FettleError {
  const timedOut = cause instanceof Error && cause.name === 'TimeoutError';
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : '';
  const why = timedOut ? `no answer within ${timeoutMs / 1_000} s` : inner || String((cause as Error).message ?? cause);
  return new FettleError('overloaded', `The server at ${server} cannot be reached: ${why}.`, {
    cause,
    details: { server, reachable: false },
  });
}

/** The JSON of an answer; a connection that breaks in the middle is told like one that never came about. */
export async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw unreachable(new URL(response.url).origin, cause, 0);
  }
}
