import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { FettleError } from '@fettle/model';
import type { ServerConfig } from '../config-keys.ts';
import { HttpRefusal, problemMediaType, problemOf } from './problem.ts';
import { Request } from './request.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Limits of every connection: headers, time, number. A path longer than the header limit is refused with it. */
export const maxHeaderBytes = 16_384;
export const maxHeaders = 100;

/** The HTTP or HTTPS server with its limits; answers what the parser itself refuses with problem documents. */
export function createListener(config: ServerConfig, handler: Handler, requestId: () => string): Server {
  const options = {
    IncomingMessage: Request,
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: config['http.headersTimeoutMs'],
    // Bodies have limits of their own (deadlines.ts): an upload may take hours.
    requestTimeout: 0,
    keepAliveTimeout: config['http.keepAliveTimeoutMs'],
    connectionsCheckingInterval: Math.min(1_000, config['http.headersTimeoutMs']),
    noDelay: true,
    // Checked by us (create-server.ts), so that the refusal is a problem document.
    requireHostHeader: false,
  };
  const isTls = config['tls.certFile'] !== '';
  const server = isTls ? createTlsServer({ ...options, ...readTls(config) }, handler) : createServer(options, handler);
  server.maxConnections = config['http.maxConnections'];
  server.maxHeadersCount = maxHeaders;
  server.setTimeout(config['http.idleTimeoutMs']);
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const refusal = new HttpRefusal(417, 'The only Expect that is understood is 100-continue.');
    request.resume();
    const { status, headers, body } = problemOf(refusal, requestId());
    response.writeHead(status, { ...headers, 'content-type': problemMediaType, connection: 'close' });
    response.end(JSON.stringify(body));
  });
  server.on('connect', (_request: IncomingMessage, socket: Duplex) =>
    refuseRaw(socket, new HttpRefusal(405, 'This is no proxy: CONNECT is not possible.'), requestId()),
  );
  return server;
}

/** Answers what is not HTTP, is too big a head, or comes too slowly; for the `clientError` event. */
export function refuseParserError(error: NodeJS.ErrnoException, socket: Duplex, requestId: string): void {
  refuseRaw(socket, parserRefusal(error), requestId);
}

/** Reads certificate and key again, for renewals without a restart. Does nothing without TLS. */
export function reloadTls(server: Server, config: ServerConfig): void {
  if (config['tls.certFile'] !== '') (server as TlsServer).setSecureContext(readTls(config));
}

function readTls(config: ServerConfig): { cert: Buffer; key: Buffer } {
  const read = (path: string) => {
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new FettleError('invalid-input', `Cannot read ${path}: ${(cause as Error).message}`, { cause });
    }
  };
  return { cert: read(config['tls.certFile']), key: read(config['tls.keyFile']) };
}

function parserRefusal(error: NodeJS.ErrnoException): HttpRefusal {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return new HttpRefusal(431, `Request line and headers are over ${maxHeaderBytes} bytes.`, { code: 'too-large' });
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new HttpRefusal(408, 'The headers did not arrive in time.');
  return new HttpRefusal(400, `This is not HTTP/1.1: ${error.code ?? 'parse error'}.`);
}

function refuseRaw(socket: Duplex, refusal: HttpRefusal, requestId: string): void {
  if (!socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const { status, body } = problemOf(refusal, requestId);
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} Refused`,
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}
