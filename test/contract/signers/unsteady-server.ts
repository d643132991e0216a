import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WebRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
export interface WebAnswer {
  readonly status: number;
  readonly body?: unknown;
}
export type WebHandler = (request: WebRequest) => WebAnswer | Promise<WebAnswer>;

/** A loopback server that can hang up on everybody, or keep everybody waiting. */
export interface UnsteadyServer {
  readonly address: string;
  mode: 'steady' | 'gone' | 'waiting';
  readonly seen: WebRequest[];
  /** `request` after each one that was seen. */
  readonly events: EventEmitter;
  close(): Promise<void>;
}

export async function startUnsteadyServer(handler: WebHandler): Promise<UnsteadyServer> {
  const http = createServer(async (incoming, outgoing) => {
    if (server.mode === 'gone') return void incoming.destroy();
    if (server.mode === 'waiting') return;
    const request = await readRequest(incoming);
    server.seen.push(request);
    server.events.emit('request');
    const { status, body } = await handler(request);
    outgoing.writeHead(status, { 'content-type': 'application/json' });
    outgoing.end(body === undefined ? '' : JSON.stringify(body));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server: UnsteadyServer = {
    address: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    mode: 'steady',
    seen: [],
    events: new EventEmitter(),
    close: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  return server;
}

async function readRequest(incoming: IncomingMessage): Promise<WebRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(pieces),
  };
}
