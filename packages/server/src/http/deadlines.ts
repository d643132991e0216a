import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpRefusal, problemOf, sendProblem } from './problem.ts';

/**
 * Time limits of request bodies, looked at once a second: a map entry costs less than a timer for every request.
 * A client that trickles its body is answered 408 and disconnected.
 */
export interface BodyDeadlines {
  begin(request: IncomingMessage, response: ServerResponse): void;
  end(request: IncomingMessage): void;
  close(): void;
}

export function createBodyDeadlines(timeoutMs: number, requestId: () => string): BodyDeadlines {
  const open = new Map<IncomingMessage, { readonly response: ServerResponse; readonly since: number }>();
  const sweep = () => {
    const latest = performance.now() - timeoutMs;
    for (const [request, { response, since }] of open) {
      if (request.complete || request.destroyed) open.delete(request);
      // Entries are in order of time: the first young one ends the look.
      else if (since > latest) break;
      else {
        open.delete(request);
        expire(request, response, requestId());
      }
    }
  };
  const timer = setInterval(sweep, Math.min(1_000, timeoutMs)).unref();
  return {
    begin: (request, response) => open.set(request, { response, since: performance.now() }),
    end: (request) => open.delete(request),
    close: () => clearInterval(timer),
  };
}

function expire(request: IncomingMessage, response: ServerResponse, id: string): void {
  const refusal = new HttpRefusal(408, 'The request body did not arrive in time. Send it again on a new connection.', {
    headers: { connection: 'close' },
  });
  if (!response.headersSent) sendProblem(response, problemOf(refusal, id));
  request.socket.destroySoon();
}
