import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { readBody } from './body.ts';
import { Request } from './request.ts';

const limit = 1_000;

/** Answers each body with its length and first characters; a refusal with its code. */
function echo(): Server {
  return createServer({ IncomingMessage: Request, keepAlive: true }, (request, response) => {
    if (request.url === '/stream') {
      let text = '';
      request.setEncoding('latin1');
      request.on('data', (piece) => {
        text += piece;
      });
      request.on('end', () => response.end(`streamed ${text}`));
      return;
    }
    const read = () =>
      readBody(request, limit, (error, body) => {
        const text = error ? error.code : `${body.length} ${body.toString('latin1')}`;
        response.writeHead(error ? 400 : 200, { 'content-length': Buffer.byteLength(text) }).end(text);
      });
    if (request.url === '/later') setImmediate(read);
    else read();
  });
}

function post(body: string, path = '/'): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function chunked(pieces: readonly string[]): string {
  const parts = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('');
  return `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${parts}0\r\n\r\n`;
}

describe('a request whose body is taken from the parser', () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    server = echo();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Sends pieces one after the other over one connection; resolves to the bodies of `count` answers. */
  const talk = (pieces: readonly string[], count: number) =>
    new Promise<string[]>((resolve, reject) => {
      let told = '';
      const socket = connect(port, '127.0.0.1', () => send(0));
      socket.setNoDelay(true);
      const send = (i: number) => {
        const piece = pieces[i];
        if (piece !== undefined) socket.write(piece, 'latin1', () => setImmediate(send, i + 1));
      };
      socket.on('data', (bytes) => {
        told += bytes.toString('latin1');
        const bodies = bodiesOf(told);
        if (bodies.length < count) return;
        socket.destroy();
        resolve(bodies);
      });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error(`closed after ${told}`)));
    });

  it('has the whole body, whatever pieces it comes in, one request after the other', async () => {
    const body = fc.string({ unit: fc.constantFrom('a', 'b', '"'), maxLength: 300 });
    const one = fc.oneof(
      body.map((text) => ({ text, wire: post(text) })),
      fc
        .array(
          body.filter((text) => text !== ''),
          { maxLength: 3 },
        )
        .map((pieces) => ({ text: pieces.join(''), wire: chunked(pieces) })),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(one, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(900), { maxLength: 6 }),
        async (asked, cuts) => {
          const wire = asked.map((request) => request.wire).join('');
          const at = [0, ...cuts.map((cut) => cut % wire.length).sort((a, b) => a - b), wire.length];
          const pieces = at
            .slice(1)
            .map((end, i) => wire.slice(at[i], end))
            .filter((piece) => piece !== '');
          const answers = await talk(pieces, asked.length);
          assert.deepEqual(
            answers,
            asked.map(({ text }) => `${text.length} ${text}`),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses one that is too long, and the connection serves the next', async () => {
    const answers = await talk(
      [post('x'.repeat(limit + 1)), chunked(['y'.repeat(600), 'y'.repeat(600)]), post('ok')],
      3,
    );
    assert.deepEqual(answers, ['too-large', 'too-large', '2 ok']);
  });

  it('has the whole body for whoever asks late, too', async () => {
    const answers = await talk([post('abc', '/later'), post('', '/later'), post('x'.repeat(limit + 1), '/later')], 3);
    assert.deepEqual(answers, ['3 abc', '0 ', 'too-large']);
  });

  it('is still a stream for whoever wants one', async () => {
    assert.deepEqual(await talk([post('abc', '/stream'), post('def')], 2), ['streamed abc', '3 def']);
  });

  it('leaves nothing behind when the other side goes away in the middle', async () => {
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.write(post('abcdef').slice(0, -3), resolve));
    socket.destroy();
    assert.deepEqual(await talk([post('next')], 1), ['4 next']);
    const open = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    const deadline = Date.now() + 5_000;
    while ((await open()) > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(await open(), 0);
  });
});

/** The bodies of the answers that are complete. */
function bodiesOf(told: string): string[] {
  const bodies: string[] = [];
  let rest = told;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    const head = rest.slice(0, end);
    const isChunked = /\r\ntransfer-encoding: chunked/i.test(head);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (end < 0) return bodies;
    const body = rest.slice(end + 4);
    const last = body.indexOf('0\r\n\r\n');
    if (isChunked ? last < 0 : body.length < length) return bodies;
    const sized = /^[0-9a-f]+\r\n/i.exec(body)?.[0].length ?? 0;
    bodies.push(isChunked ? body.slice(sized, last - 2) : body.slice(0, length));
    rest = isChunked ? body.slice(last + 5) : body.slice(length);
  }
}
