import { once } from 'node:events';
import { Agent, request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { native } from '@fettle/protocol';
import type { Forged, Forger } from './forger.ts';

/** What an attacker does to whatever passes; what is left out passes as it is. */
export interface Interference {
  /** In place of the director's files for the device of this token. */
  readonly director?: (forger: Forger, token: string) => Promise<Forged>;
  /** In place of files of the image repository, the same for everybody. */
  readonly image?: (forger: Forger) => Promise<Forged>;
  /** In place of the signed time. */
  readonly time?: (forger: Forger, nonce: string) => Promise<Uint8Array>;
  /** In place of the bytes of an artifact. */
  readonly artifact?: (honest: Uint8Array) => Uint8Array;
}

/** An API process that belongs to the attacker: what devices talk to in place of the server. */
export class HostileProxy implements AsyncDisposable {
  readonly #upstream: URL;
  readonly #forger: () => Forger;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => {
      this.failures.push(error);
      response.destroy();
    });
  });
  #interference: Interference = {};
  #forged = new Map<string, Promise<Forged>>();
  /** What went wrong in the attacker's own work: an attack that cannot be carried out proves nothing. */
  readonly failures: unknown[] = [];

  constructor(upstream: string, forger: () => Forger) {
    this.#upstream = new URL(upstream);
    this.#forger = forger;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  interfere(interference: Interference): void {
    this.#interference = interference;
    this.#forged = new Map();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    const { director, image, time, artifact } = this.#interference;
    const body = await readAll(request);
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (director && path.startsWith(`${native.nativePaths.director}/`)) {
      const file = (await this.#once(token, () => director(this.#forger(), token))).get(name);
      if (file) return send(response, file);
    }
    if (image && path.startsWith('/repository/default/metadata/')) {
      const file = (await this.#once('', () => image(this.#forger()))).get(name);
      if (file) return send(response, file);
    }
    if (time && path === native.nativePaths.time) {
      const { nonce } = JSON.parse(body.toString('utf8')) as { nonce: string };
      return send(response, await time(this.#forger(), nonce));
    }
    const isArtifact = artifact !== undefined && /[0-9a-f]{64}/.test(path);
    await this.#pass(request, response, { body, change: isArtifact ? artifact : undefined });
  }

  #once(key: string, make: () => Promise<Forged>): Promise<Forged> {
    const known = this.#forged.get(key) ?? make();
    this.#forged.set(key, known);
    return known;
  }

  async #pass(
    request: IncomingMessage,
    response: ServerResponse,
    { body, change }: { readonly body: Buffer; readonly change: Interference['artifact'] },
  ): Promise<void> {
    const answer = await this.#ask(request, body);
    const bytes = await readAll(answer);
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.end(change && (answer.statusCode ?? 500) < 300 ? change(bytes) : bytes);
  }

  /** Asks once more where the server had closed a kept connection just then. */
  async #ask(request: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const { host: _, ...headers } = request.headers;
    const url = new URL(request.url ?? '/', this.#upstream);
    for (;;) {
      const passed = ask(url, { method: request.method, headers, agent: this.#agent });
      passed.end(body);
      try {
        const [answer] = (await once(passed, 'response')) as [IncomingMessage];
        return answer;
      } catch (error) {
        const isStale = passed.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        if (!isStale) throw error;
      }
    }
  }
}

function send(response: ServerResponse, bytes: Uint8Array): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
