import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Brain, createBrain, expireUploads, type Store, serverScope, tickRollouts } from '@fettle/control';
import { FettleError } from '@fettle/model';
import type { Logger } from 'pino';
import { openDiskArtifacts } from './artifacts/index.ts';
import { firstToken } from './bootstrap-token.ts';
import { configOf } from './config.ts';
import type { ServerConfig } from './config-keys.ts';
import { openDoors } from './doors.ts';
import { reloadTls } from './http/listener.ts';
import { watchLoad } from './http/load.ts';
import { createLogger } from './http/logger.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { openSqliteStore } from './store/index.ts';
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

/** What has to be let go of, newest first. */
type Undo = (() => unknown)[];

/**
 * The composition root: wires store, artifacts, brain and doors together and listens.
 * @throws FettleError when the data folder is in use, a port is taken, a certificate unreadable
 */
export async function createServer(given: Partial<ServerConfig>, logger?: Logger): Promise<RunningServer> {
  const config = configOf(given);
  const undo: Undo = [];
  try {
    return await compose(config, logger ?? createLogger(config), undo);
  } catch (error) {
    await letGo(undo);
    throw error;
  }
}

async function compose(config: ServerConfig, log: Logger, undo: Undo): Promise<RunningServer> {
  const looks = { soon: () => {} };
  const { store, brain } = await openStorage(config, log, { undo, onChange: () => looks.soon() });
  const load = watchLoad(config['load.eventLoopDelayMs']);
  undo.push(() => load.close());
  const metrics = createMetrics(load, () => ({ ...store.stats() }));
  looks.soon = startWork(config, log, { brain, metrics, undo });
  const adminToken = await firstToken(brain, config['data.dir']);
  const doors = await openDoors(config, { brain, log, load, metrics });
  undo.push(() => doors.close());
  await listen(doors.server, config);
  return {
    url: urlOf(doors.server, config),
    adminToken,
    reload: () => reloadTls(doors.server, config),
    close: () => letGo(undo),
  };
}

async function letGo(undo: Undo): Promise<void> {
  for (let step = undo.pop(); step; step = undo.pop()) await step();
}

interface StorageNeeds {
  readonly undo: Undo;
  readonly onChange: () => void;
}

/** The only place where anything is opened on a disk. */
async function openStorage(config: ServerConfig, log: Logger, { undo, onChange }: StorageNeeds) {
  const dataDir = config['data.dir'];
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const clock = { now: () => Date.now(), turn: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  const random = { bytes: (count: number) => randomBytes(count) };
  const store = await openSqliteStore({ file: join(dataDir, 'fettle.db'), clock, random, logger: log });
  undo.push(() => store.close());
  const openUploads = await openUploadsOf(store);
  const artifacts = await openDiskArtifacts({ folder: join(dataDir, 'artifacts'), openUploads });
  const brain = await createBrain({ store, artifacts, clock, random, notifier: { fleetChanged: onChange } });
  return { store, brain };
}

/** Ids of all uploads that may still go on; what else lies on the disk is left from a crash. */
async function openUploadsOf(store: Store): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const tenant of await store.tenants()) {
    for (const { id } of await store.reads(serverScope(tenant)).openUploads()) ids.add(id);
  }
  return ids;
}

const housekeepingMs = 3_600_000;

interface WorkNeeds {
  readonly brain: Brain;
  readonly metrics: Metrics;
  readonly undo: Undo;
}

/** Starts what the server does by itself. @returns asks for a look at the rollouts soon */
function startWork(config: ServerConfig, log: Logger, { brain, metrics, undo }: WorkNeeds): () => void {
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
  return () => rollouts.soon();
}

async function expireAllUploads(brain: Brain): Promise<void> {
  for (const tenant of await brain.store.tenants()) await expireUploads(serverScope(tenant), brain);
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
