import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mostWitnessRequestBytes } from '@fettle/trust';
import type { Witness, WitnessAnswer } from './witness.ts';

/** Requests that one sender may make in a minute: a log grows a few times a second at most. */
const mostPerMinute = 1_200;

/** The witness's door: `POST /add-checkpoint`, `GET /HASH/checkpoint`, `GET /vkey`. */
export function createWitnessServer(witness: Witness): Server {
  const meter = createMeter();
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    answer(witness, meter, request).then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      () => fail(response),
    );
  });
  server.maxConnections = 1_000;
  return server;
}

type Meter = (sender: string) => boolean;

async function answer(witness: Witness, mayGoOn: Meter, request: IncomingMessage): Promise<WitnessAnswer> {
  const { method, url = '' } = request;
  const path = url.split('?', 1)[0] ?? '';
  if (!mayGoOn(request.socket.remoteAddress ?? '')) return text(429, 'too many requests; come back in a minute');
  if (method === 'GET' && path === '/vkey') return text(200, witness.vkey);
  const hash = /^\/([0-9a-f]{64})\/checkpoint$/.exec(path)?.[1];
  if (method === 'GET' && hash !== undefined) return witness.checkpoint(hash);
  if (path !== '/add-checkpoint') return text(404, 'there are /add-checkpoint, /HASH/checkpoint and /vkey');
  if (method !== 'POST') return text(405, 'this takes POST');
  const body = await readBody(request);
  return body === undefined ? text(413, `at most ${mostWitnessRequestBytes} bytes`) : witness.addCheckpoint(body);
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    // A little more is read and forgotten, so that the sender gets to hear why it is refused.
    if (bytes > 8 * mostWitnessRequestBytes) return undefined;
    if (bytes <= mostWitnessRequestBytes) pieces.push(piece);
  }
  return bytes > mostWitnessRequestBytes ? undefined : Buffer.concat(pieces).toString('utf8');
}

function text(status: number, body: string): WitnessAnswer {
  return { status, type: 'text/plain; charset=utf-8', body: `${body}\n` };
}

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end('the witness failed\n');
}

function createMeter(): Meter {
  let minute = 0;
  const counts = new Map<string, number>();
  return (sender) => {
    const now = Math.floor(performance.now() / 60_000);
    if (now !== minute) {
      minute = now;
      counts.clear();
    }
    const count = (counts.get(sender) ?? 0) + 1;
    counts.set(sender, count);
    return count <= mostPerMinute;
  };
}
