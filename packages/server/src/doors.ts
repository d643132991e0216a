import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type AuditLogs, type Brain, ofWholeTenant } from '@fettle/control';
import { FettleError, fettleVersion } from '@fettle/model';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { ServerConfig } from './config-keys.ts';
import { createDownloads } from './device/native/artifacts.ts';
import { createDeviceDoor, type DeviceDoor, devicePrefix } from './device/native/door.ts';
import type { Download } from './device/native/exchange.ts';
import { createRepositoryDoor, type RepositoryDoor, repositoryPrefix } from './device/repository/door.ts';
import { createApp } from './http/app.ts';
import { type BodyDeadlines, createBodyDeadlines } from './http/deadlines.ts';
import { serveDocs } from './http/docs-routes.ts';
import { serveHealth } from './http/health.ts';
import { createListener, refuseParserError } from './http/listener.ts';
import type { LoadGauge } from './http/load.ts';
import type { Metrics } from './http/metrics.ts';
import { gatherOpenApi } from './http/openapi.ts';
import { HttpRefusal, problemOf, sendProblem } from './http/problem.ts';
import { createRequestIds } from './http/request-ids.ts';
import { stopListener } from './http/stop.ts';
import { authenticate } from './manage/door.ts';
import { serveManagement } from './manage/index.ts';

export interface DoorParts {
  readonly brain: Brain;
  readonly auditLogs: AuditLogs;
  readonly log: Logger;
  readonly load: LoadGauge;
  readonly metrics: Metrics;
}

/** Everything that answers HTTP, ready to listen. */
export interface Doors {
  readonly server: Server;
  /** Stops gently. */
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Opens the doors: devices below the router, management, documents and health above it. */
export async function openDoors(config: ServerConfig, parts: DoorParts): Promise<Doors> {
  const { brain, log, metrics } = parts;
  const requestId = createRequestIds();
  const deadlines = createBodyDeadlines(config['http.bodyTimeoutMs'], requestId);
  const state = { isStopping: false };
  const common = { deadlines, requestId, download: downloads(config, parts) };
  const device = deviceDoor(config, parts, common);
  const repository = repositoryDoor(config, parts, common);
  let server: Server | undefined;
  const app = createApp({
    logger: log,
    requestId,
    clientErrorHandler: (error, socket) => refuseParserError(error, socket, requestId()),
    serverFactory(others) {
      server = createListener(
        config,
        dispatcher({ state, device, repository, others, deadlines, requestId }),
        requestId,
      );
      return server;
    },
  });
  const openApi = await gatherOpenApi(app, fettleVersion);
  observeRequests(app, metrics);
  serveManagement(app, brain, parts.auditLogs);
  serveDocs(app, openApi);
  const metricsGuard = config['metrics.open'] ? undefined : (header: string | undefined) => readMetrics(brain, header);
  serveHealth(app, { brain, metrics, isStopping: () => state.isStopping, metricsGuard });
  await app.ready();
  if (!server) throw new FettleError('internal', 'The HTTP server was not made.');
  const listener = server;
  return {
    server: listener,
    async close() {
      state.isStopping = true;
      if (listener.listening) await stopListener(listener, config['stop.timeoutMs']);
      deadlines.close();
      await app.close();
    },
  };
}

/** A credential for publishing only, or for some fleets, does not look into the server. */
async function readMetrics(brain: Brain, header: string | undefined): Promise<void> {
  const scope = await authenticate(brain, header);
  if (scope.fleets) throw ofWholeTenant(scope);
  if (scope.only) throw new FettleError('forbidden', 'This credential is for publishing and for nothing else.');
}

interface Common {
  readonly deadlines: BodyDeadlines;
  readonly requestId: () => string;
}

interface Downloading extends Common {
  readonly download: Download;
}

/** One bound for all downloads, whichever door they come through. */
function downloads(config: ServerConfig, { brain, metrics }: DoorParts): Download {
  const retryAfterSeconds = config['load.retryAfterSeconds'];
  return createDownloads({ brain, metrics, maxDownloads: config['downloads.maxOpen'], retryAfterSeconds });
}

function repositoryDoor(config: ServerConfig, { brain, log }: DoorParts, common: Downloading): RepositoryDoor {
  return createRepositoryDoor({
    ...common,
    brain,
    openTargets: config['repository.openTargets'],
    onFailure: (error, id) => log.error({ err: error, requestId: id }, 'repository request failed'),
  });
}

function deviceDoor(config: ServerConfig, { brain, log, load, metrics }: DoorParts, common: Downloading): DeviceDoor {
  return createDeviceDoor({
    ...common,
    brain,
    load,
    metrics,
    publicUrl: config['http.publicUrl'].replace(/\/+$/, ''),
    retryAfterSeconds: config['load.retryAfterSeconds'],
    onFailure: (error, id) => log.error({ err: error, requestId: id }, 'device request failed'),
  });
}

interface Dispatch extends Common {
  readonly state: { readonly isStopping: boolean };
  readonly device: DeviceDoor;
  readonly repository: RepositoryDoor;
  readonly others: Handler;
}

/** Sends each request to its door. Uploads alone have no deadline for their body: they may take hours. */
function dispatcher({ state, device, repository, others, deadlines, requestId }: Dispatch): Handler {
  const isUpload = ({ method, url = '' }: IncomingMessage) => method === 'PATCH' && url.startsWith('/api/v1/uploads/');
  return (request, response) => {
    if (state.isStopping) response.shouldKeepAlive = false;
    // RFC 9112 §3.2: without Host an HTTP/1.1 request is refused.
    if (request.headers.host === undefined && request.httpVersionMinor > 0) {
      sendProblem(response, problemOf(new HttpRefusal(400, 'HTTP/1.1 needs a Host header.'), requestId()));
      request.socket.destroySoon();
    } else if (request.url?.startsWith(devicePrefix)) device(request, response);
    else if (request.url?.startsWith(repositoryPrefix)) repository(request, response);
    else {
      if (!isUpload(request)) deadlines.begin(request, response);
      others(request, response);
    }
  };
}

function observeRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.config.routeName;
    if (route !== undefined) metrics.manageRequest(route, reply.statusCode, reply.elapsedTime / 1_000);
    request.log.info(
      {
        method: request.method,
        path: request.url.split('?', 1)[0],
        status: reply.statusCode,
        elapsedMs: Math.round(reply.elapsedTime),
        actor: request.scope?.actor,
      },
      'request',
    );
  });
}
