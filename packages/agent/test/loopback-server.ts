import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Repository } from '@fettle/model';
import { native } from '@fettle/protocol';
import type { FakeServer } from './fake-server.ts';

const { nativePaths } = native;

/** A real server on 127.0.0.1 that speaks the native protocol as documented, over a fake server's memory. */
export class LoopbackServer {
  /** Every request line as it came, e.g. `POST /device/v1/token`. */
  readonly requests: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  enrolment: 'accepted' | 'pending' | 'rejected' = 'accepted';
  /** Answers given instead of the right one, by request line, used up one by one. */
  readonly interruptions = new Map<string, ((response: ServerResponse) => void)[]>();
  readonly fake: FakeServer;
  publicKey: string | undefined;
  #token = 0;
  readonly #server = createServer((request, response) => {
    this.#handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  constructor(fake: FakeServer) {
    this.fake = fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** No token handed out so far is good any more. */
  expireTokens(): void {
    this.#token++;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const line = `${request.method} ${request.url}`;
    this.requests.push(line);
    this.headers.push(request.headers);
    let body = '';
    for await (const chunk of request) body += chunk;
    const interruption = this.interruptions.get(line)?.shift();
    if (interruption) return interruption(response);
    if (line === 'GET /') return send(response, 404, '{}');
    if (line === `POST ${nativePaths.enrol}`) return this.#enrol(body, response);
    if (line === `POST ${nativePaths.challenge}`) return send(response, 200, '{"challenge":"nonce-1"}');
    if (line === `POST ${nativePaths.token}`) return this.#grant(body, response);
    const metadata = /^GET \/repository\/default\/metadata\/(.+)$/.exec(line)?.[1];
    if (metadata !== undefined) return this.#metadata('image', metadata, response);
    if (request.headers.authorization !== `Bearer token-${this.#token}`)
      return void problem(response, 401, 'not-authenticated');
    const director = new RegExp(`^GET ${nativePaths.director}/(.+)$`).exec(line)?.[1];
    if (director !== undefined) return this.#metadata('director', director, response);
    const transport = this.fake.transport(async () => undefined);
    if (line === `POST ${nativePaths.checkIn}`) {
      return answer(response, await transport.checkIn(decoded(native.checkInRequest.decode(body))));
    }
    if (line === `POST ${nativePaths.reports}`) {
      return answer(response, await transport.sendReports(decoded(native.reportsRequest.decode(body)).reports));
    }
    if (line === `POST ${nativePaths.time}`) {
      const answered = await transport.askTime(decoded(native.timeRequest.decode(body)).nonce);
      return answered ? send(response, 200, answered) : void problem(response, 503, 'overloaded');
    }
    return this.#download(request, response);
  }

  async #metadata(repository: Repository, name: string, response: ServerResponse): Promise<void> {
    const bytes = await this.fake.repositories?.fetch({
      repository,
      name,
      maxBytes: 10_000_000,
      signal: AbortSignal.timeout(60_000),
    });
    if (bytes === undefined || bytes === 'absent') problem(response, 404, 'not-found');
    else send(response, 200, bytes);
  }

  #enrol(body: string, response: ServerResponse): void {
    const asked = decoded(native.enrolRequest.decode(body));
    const tenant = asked.tenant ?? native.defaultTenant;
    const text = native.enrolProofText({ ...asked, tenant });
    if (!isSigned(asked.publicKey, text, asked.proof)) return void problem(response, 400, 'proof-invalid');
    if (this.enrolment === 'rejected') return void problem(response, 403, 'device-rejected');
    if (this.enrolment === 'accepted') this.publicKey = asked.publicKey;
    send(response, 200, JSON.stringify({ status: this.enrolment, retryAfterSeconds: 7 }));
  }

  #grant(body: string, response: ServerResponse): void {
    const asked = decoded(native.tokenRequest.decode(body));
    const tenant = asked.tenant ?? native.defaultTenant;
    const text = native.tokenProofText({ tenant, device: asked.device, challenge: 'nonce-1' });
    if (!this.publicKey || !isSigned(this.publicKey, text, asked.proof)) {
      return void problem(response, 401, 'not-authenticated');
    }
    send(response, 200, JSON.stringify({ token: `token-${this.#token}`, expiresInSeconds: 3_600 }));
  }

  #download(request: IncomingMessage, response: ServerResponse): void {
    const found = this.fake.deployments.find(({ offer }) => offer.artifacts.some(({ url }) => url === request.url));
    if (!found) return void problem(response, 404, 'not-found');
    const { bytes } = found.image;
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? Number.NaN);
    const ifRange = request.headers['if-range'];
    const partial = Number.isInteger(from) && (ifRange === undefined || ifRange === '"v1"');
    const body = partial ? bytes.subarray(from) : bytes;
    const range = partial ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
    response.writeHead(partial ? 206 : 200, { etag: '"v1"', 'content-length': body.length, ...range });
    response.end(body);
  }
}

export function problem(response: ServerResponse, status: number, code: string, headers = {}): ServerResponse {
  const document = { type: 'about:blank', title: code, status, code };
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
  return response.end(JSON.stringify(document));
}

function answer(response: ServerResponse, answered: { ok: true; value: unknown } | { ok: false }): void {
  if (answered.ok) send(response, 200, JSON.stringify(answered.value));
  else problem(response, 503, 'overloaded');
}

function send(response: ServerResponse, status: number, body: string | Uint8Array): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body);
}

function isSigned(publicKey: string, text: string, proof: string): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(text), key, Buffer.from(proof, 'base64'));
}

function decoded<T>(result: { ok: true; value: T } | { ok: false; message: string }): T {
  if (!result.ok) throw new Error(result.message);
  return result.value;
}
