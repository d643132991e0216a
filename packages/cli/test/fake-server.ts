import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RouteName, routes } from '@fettle/api';

/** What a handler is given: path parameters, query and body fields in one object, as the client got them. */
export type FakeInput = Readonly<Record<string, unknown>>;
export type FakeHandlers = Partial<Record<RouteName, (input: FakeInput) => unknown>>;

/** Thrown by a handler to refuse. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, status: number, more: { message?: string; details?: Record<string, unknown> } = {}) {
    super(more.message ?? `refused with ${code}`);
    this.code = code;
    this.status = status;
    this.details = more.details ?? {};
  }
}

/** A management API over loopback that knows the real routes and answers as the test says. */
export interface FakeServer {
  readonly url: string;
  readonly calls: readonly { readonly route: RouteName; readonly input: FakeInput }[];
  /** Bytes of uploads by id. */
  readonly uploads: ReadonlyMap<string, Buffer>;
  readonly close: () => Promise<void>;
}

export const fakeToken = 'fake-token';

export async function startFakeServer(handlers: FakeHandlers): Promise<FakeServer> {
  const calls: { route: RouteName; input: FakeInput }[] = [];
  const uploads = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    void answer(request, response, { handlers, calls, uploads });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, calls, uploads, close };
}

/** What every server answers, unless the test says otherwise. */
const everyday: FakeHandlers = {
  whoami: () => ({ tenant: 'default', actor: 'operator:admin', permissions: ['admin'] }),
};

interface World {
  readonly handlers: FakeHandlers;
  readonly calls: { route: RouteName; input: FakeInput }[];
  readonly uploads: Map<string, Buffer>;
}

async function answer(request: IncomingMessage, response: ServerResponse, world: World): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const url = new URL(request.url ?? '/', 'http://fake');
  const found = findRoute(request.method ?? '', url.pathname);
  try {
    if (!found) throw new Refusal('not-found', 404);
    if (request.headers.authorization !== `Bearer ${fakeToken}`) throw new Refusal('not-authenticated', 401);
    const query = Object.fromEntries(url.searchParams);
    const isJson = request.headers['content-type'] === 'application/json';
    const body = isJson ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {};
    const input = { ...found.params, ...query, ...body };
    world.calls.push({ route: found.route, input });
    if (found.route === 'appendUpload') {
      const id = String(found.params.upload);
      world.uploads.set(id, Buffer.concat([world.uploads.get(id) ?? Buffer.alloc(0), bytes]));
    }
    const handler = world.handlers[found.route] ?? everyday[found.route];
    if (!handler) throw new Refusal('not-found', 404);
    const result = handler(input);
    send(response, { status: result === undefined ? 204 : 200, type: 'application/json', body: result });
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal('internal', 500);
    const { code, status, message, details } = refusal;
    const body = { type: 'about:blank', title: code, status, code, detail: message, details };
    send(response, { status: refusal.status, type: 'application/problem+json', body });
  }
}

function findRoute(method: string, path: string): { route: RouteName; params: Record<string, string> } | undefined {
  for (const [route, definition] of Object.entries(routes)) {
    const pattern = new RegExp(`^${definition.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const match = definition.method === method ? pattern.exec(path) : null;
    if (!match) continue;
    const params = Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]);
    return { route: route as RouteName, params: Object.fromEntries(params) };
  }
  return undefined;
}

function send(response: ServerResponse, answer: { status: number; type: string; body: unknown }): void {
  response.writeHead(answer.status, { 'content-type': answer.type });
  response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
}
