import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HttpRefusal, problemOf, sendProblem } from './problem.ts';

/**
 * Time limits of request bodies, looked at once a second: a note at the connection costs less than a timer for every
 * request. A client that trickles its body is answered 408 and disconnected.
 */
export interface BodyDeadlines {
  begin(request: IncomingMessage, response: ServerResponse): void;
  end(request: IncomingMessage): void;
  close(): void;
}

/** What a connection is sending: one request after the other, so that there is never a second. */
interface Coming {
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse } | undefined;
  since: number;
}

export function createBodyDeadlines(timeoutMs: number, requestId: () => string): BodyDeadlines {
  const open = new Map<Socket, Coming>();
  const sweep = () => {
    const latest = performance.now() - timeoutMs;
    for (const coming of open.values()) {
      const { exchange, since } = coming;
      if (!exchange || (since > latest && !exchange.request.complete)) continue;
      coming.exchange = undefined;
      const { request, response } = exchange;
      if (!request.complete && !request.destroyed) expire(request, response, requestId());
    }
  };
  const connect = (socket: Socket): Coming => {
    const coming: Coming = { exchange: undefined, since: 0 };
    open.set(socket, coming);
    socket.once('close', () => open.delete(socket));
    return coming;
  };
  const timer = setInterval(sweep, Math.min(1_000, timeoutMs)).unref();
  return {
    begin(request, response) {
      const coming = open.get(request.socket) ?? connect(request.socket);
      coming.exchange = { request, response };
      coming.since = performance.now();
    },
    end({ socket }) {
      const coming = open.get(socket);
      if (coming) coming.exchange = undefined;
    },
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
