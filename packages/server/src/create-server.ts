import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Brain, createBrain, expireUploads, type Store, serverScope, tickRollouts } from '@fettle/control';
import { FettleError } from '@fettle/model';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { openDiskArtifacts } from './artifacts/index.ts';
import { firstToken } from './bootstrap-token.ts';
import { configOf } from './config.ts';
import type { ServerConfig } from './config-keys.ts';
import { createDeviceDoor, devicePrefix } from './device/native/door.ts';
import { createApp } from './http/app.ts';
import { createBodyDeadlines } from './http/deadlines.ts';
import { serveDocs } from './http/docs-routes.ts';
import { serveHealth } from './http/health.ts';
import { createListener, refuseParserError, reloadTls } from './http/listener.ts';
import { watchLoad } from './http/load.ts';
import { createLogger } from './http/logger.ts';
import { createMetrics } from './http/metrics.ts';
import { gatherOpenApi } from './http/openapi.ts';
import { HttpRefusal, problemOf, sendProblem } from './http/problem.ts';
import { createRequestIds } from './http/request-ids.ts';
import { stopListener } from './http/stop.ts';
import { authenticate } from './manage/door.ts';
import { serveManagement } from './manage/index.ts';
import { openSqliteStore } from './store/index.ts';
import { version } from './version.ts';
import { startTicker } from './work/ticker.ts';

/** A server that runs inside this process. */
export interface RunningServer {
  /** Where it listens, e.g. `http://127.0.0.1:8450`. */
  readonly url: string;
  /** The administrator's token, if this was the first start of the installation. */
  readonly adminToken: string | undefined;
  /** Reads the TLS certificate again. */
  reload(): void;
  /** Stops gently: finishes what runs, keeps everything that was acknowledged. */
  close(): Promise<void>;
}

const housekeepingMs = 3_600_000;

/**
 * The composition root: wires store, artifacts, brain and doors together and listens.
 * @throws FettleError when the data folder is in use, a port is taken, a certificate unreadable
 */
export async function createServer(given: Partial<ServerConfig>, logger?: Logger): Promise<RunningServer> {
  const config = configOf(given);
  const log = logger ?? createLogger(config);
  const undo: (() => unknown)[] = [];
  try {
    return await compose(config, log, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

async function compose(config: ServerConfig, log: Logger, undo: (() => unknown)[]): Promise<RunningServer> {
  const dataDir = config['data.dir'];
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const clock = {
    now: () => Date.now(),
    turn: () => new Promise<void>((resolve) => setImmediate(resolve)),
  };
  const random = { bytes: (count: number) => randomBytes(count) };
  const store = await openSqliteStore({ file: join(dataDir, 'fettle.db'), clock, random, logger: log });
  undo.push(() => store.close());
  const artifacts = await openDiskArtifacts({
    folder: join(dataDir, 'artifacts'),
    openUploads: await openUploadsOf(store),
  });
  const notifier = { fleetChanged: () => rollouts.soon() };
  const brain = await createBrain({ store, artifacts, clock, random, notifier });
  const load = watchLoad(config['load.eventLoopDelayMs']);
  undo.push(() => load.close());
  const metrics = createMetrics(load, () => ({ ...store.stats() }));
  const rollouts = startTicker({
    work: () => tickRollouts(brain),
    everyMs: config['work.tickMs'],
    soonMs: Math.min(20, config['work.tickMs']),
    onDone(seconds, error) {
      metrics.tick(seconds, error !== undefined);
      if (error !== undefined) log.error({ err: error }, 'the look at the rollouts failed; it is tried again');
    },
  });
  undo.push(() => rollouts.stop());
  const housekeeping = startTicker({
    work: () => expireAllUploads(brain),
    everyMs: housekeepingMs,
    soonMs: 1_000,
    onDone: (_seconds, error) => error !== undefined && log.error({ err: error }, 'housekeeping failed'),
  });
  housekeeping.soon();
  undo.push(() => housekeeping.stop());
  const adminToken = await firstToken(brain, dataDir);
  const doors = await openDoors(config, { brain, log, load, metrics });
  undo.push(() => doors.close());
  await listen(doors.server, config);
  const url = urlOf(doors.server, config);
  return {
    url,
    adminToken,
    reload: () => reloadTls(doors.server, config),
    async close() {
      await doors.close();
      await Promise.all([rollouts.stop(), housekeeping.stop()]);
      load.close();
      await store.close();
    },
  };
}

/** Ids of all uploads that may still go on; what else lies on the disk is left from a crash. */
async function openUploadsOf(store: Store): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const tenant of await store.tenants()) {
    for (const { id } of await store.reads(serverScope(tenant)).openUploads()) ids.add(id);
  }
  return ids;
}

async function expireAllUploads(brain: Brain): Promise<void> {
  for (const tenant of await brain.store.tenants()) await expireUploads(serverScope(tenant), brain);
}

interface Parts {
  readonly brain: Brain;
  readonly log: Logger;
  readonly load: ReturnType<typeof watchLoad>;
  readonly metrics: ReturnType<typeof createMetrics>;
}

/** Everything that answers HTTP: the device door below the router, management, documents and health above it. */
async function openDoors(config: ServerConfig, { brain, log, load, metrics }: Parts) {
  const requestId = createRequestIds();
  const deadlines = createBodyDeadlines(config['http.bodyTimeoutMs'], requestId);
  let isStopping = false;
  const device = createDeviceDoor({
    brain,
    deadlines,
    load,
    metrics,
    requestId,
    publicUrl: config['http.publicUrl'].replace(/\/+$/, ''),
    maxDownloads: config['downloads.maxOpen'],
    retryAfterSeconds: config['load.retryAfterSeconds'],
    onFailure: (error, id) => log.error({ err: error, requestId: id }, 'device request failed'),
  });
  const dispatch = (others: (request: IncomingMessage, response: ServerResponse) => void) => {
    return (request: IncomingMessage, response: ServerResponse) => {
      if (isStopping) response.shouldKeepAlive = false;
      // RFC 9112 §3.2: without Host an HTTP/1.1 request is refused.
      if (request.headers.host === undefined && request.httpVersionMinor > 0) {
        sendProblem(response, problemOf(new HttpRefusal(400, 'HTTP/1.1 needs a Host header.'), requestId()));
        request.socket.destroySoon();
        return;
      }
      if (request.url?.startsWith(devicePrefix)) {
        device(request, response);
        return;
      }
      if (request.method !== 'PATCH' || !request.url?.startsWith('/api/v1/uploads/'))
        deadlines.begin(request, response);
      others(request, response);
    };
  };
  let server: Server | undefined;
  const app = createApp({
    logger: log,
    requestId,
    clientErrorHandler: (error, socket) => refuseParserError(error, socket, requestId()),
    serverFactory(handler) {
      server = createListener(config, dispatch(handler), requestId);
      return server;
    },
  });
  const openApi = await gatherOpenApi(app, version);
  observeRequests(app, metrics);
  serveManagement(app, brain);
  serveDocs(app, openApi);
  const metricsGuard = config['metrics.open'] ? undefined : (header: string | undefined) => authenticate(brain, header);
  serveHealth(app, { brain, metrics, isStopping: () => isStopping, metricsGuard });
  await app.ready();
  if (!server) throw new FettleError('internal', 'The HTTP server was not made.');
  const listener = server;
  return {
    server: listener,
    async close() {
      isStopping = true;
      if (listener.listening) await stopListener(listener, config['stop.timeoutMs']);
      deadlines.close();
      await app.close();
    },
  };
}

function observeRequests(app: FastifyInstance, metrics: Parts['metrics']): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.config.routeName;
    if (route !== undefined) metrics.manageRequest(route, reply.statusCode, reply.elapsedTime / 1_000);
    const { method, id } = request;
    const path = request.url.split('?', 1)[0];
    const elapsedMs = Math.round(reply.elapsedTime);
    request.log.info(
      { requestId: id, method, path, status: reply.statusCode, elapsedMs, actor: request.scope?.actor },
      'request',
    );
  });
}

function listen(server: Server, config: ServerConfig): Promise<void> {
  const host = config['http.host'];
  const port = config['http.port'];
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'the port is taken; choose another with --http-port' : cause.message;
      reject(new FettleError('wrong-state', `Cannot listen on ${host}:${port}: ${why}.`, { cause }));
    };
    server.once('error', failed);
    // The backlog is for herds: a fleet that comes back after an outage knocks within one second.
    server.listen({ host, port, backlog: 4_096 }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function urlOf(server: Server, config: ServerConfig): string {
  const { address, port, family } = server.address() as AddressInfo;
  const scheme = config['tls.certFile'] === '' ? 'http' : 'https';
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
