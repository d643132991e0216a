import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  type AuditLogs,
  type Brain,
  createBrain,
  expireUploads,
  expireWaivers,
  runChecks,
  type Store,
  serverScope,
  tickRollouts,
} from '@fettle/control';
import { FettleError } from '@fettle/model';
import type { Logger } from 'pino';
import { InspectWorker, openDiskArtifacts } from './artifacts/index.ts';
import { firstToken } from './bootstrap-token.ts';
import { GateProcess } from './checks/gate-process.ts';
import { VulnerabilityWorker } from './checks/vulnerability-worker.ts';
import { configOf } from './config.ts';
import type { ServerConfig } from './config-keys.ts';
import { openDoors } from './doors.ts';
import { hearOthers } from './hear-others.ts';
import { reloadTls } from './http/listener.ts';
import { watchLoad } from './http/load.ts';
import { createLogger } from './http/logger.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { fetchJwks } from './oidc/fetch-jwks.ts';
import { createIssuerKeys } from './oidc/issuer-keys.ts';
import { openSigners } from './signer/index.ts';
import { type OpenStore, openSqliteStore, type StoreOptions } from './store/index.ts';
import { startAuditDuties } from './work/audit-duties.ts';
import { type Duty, type DutyOptions, startDuty } from './work/duty.ts';
import { type NoticesOptions, noticesWork } from './work/notices.ts';
import { refreshTrust, trustRefreshMs } from './work/trust-refresh.ts';
import { startVulnerabilityDuty } from './work/vulnerability-duty.ts';

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
  const { store, brain, auditLogs } = await openStorage(config, log, { undo, onChange: () => looks.soon() });
  undo.push(hearOthers(store, brain, () => looks.soon()));
  const load = watchLoad(config['load.eventLoopDelayMs']);
  undo.push(() => load.close());
  const work: { duties?: Duties } = {};
  const metrics = createMetrics(load, () => ({ ...store.stats(), ...work.duties?.stats(), ...memoryOf(brain) }));
  work.duties = startWork(config, log, { store, brain, auditLogs, metrics, undo });
  looks.soon = () => work.duties?.rollouts.soon();
  const adminToken = await firstToken(brain, config['data.dir']);
  const doors = await openDoors(config, { brain, auditLogs, log, load, metrics });
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

/** What the process remembers of devices. */
function memoryOf({ quiet }: Brain): Readonly<Record<string, number>> {
  const { entries, bytes } = quiet.stats();
  return { quietDevices: entries, quietBytes: bytes };
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
  const store = await openDatabase(config, { clock, random, logger: log });
  undo.push(() => store.close());
  const openUploads = () => openUploadsOf(store);
  const folder = join(dataDir, 'artifacts');
  const artifacts = await openDiskArtifacts({ folder, openUploads });
  const inspector = new InspectWorker(folder);
  undo.push(() => inspector.close());
  const gates = new GateProcess(folder);
  const vulnerabilities = new VulnerabilityWorker(folder);
  undo.push(() => vulnerabilities.close());
  const { online: signer, logs, evidence } = openSigners(config, log, undo);
  const notifier = { fleetChanged: onChange };
  const issuerKeys = createIssuerKeys({
    fetchJwks,
    now: () => clock.now(),
    onFailure: (issuer, error) => log.warn({ err: error, issuer }, 'the keys of an issuer were not fetched'),
  });
  const ports = {
    store,
    artifacts,
    clock,
    random,
    notifier,
    signer,
    evidence,
    inspector,
    gates,
    vulnerabilities,
    issuerKeys,
  };
  const brain = await createBrain(ports);
  return { store, brain, auditLogs: { store: store.auditLog, signer: logs } };
}

async function openDatabase(config: ServerConfig, options: StoreOptions): Promise<OpenStore> {
  const url = config.database;
  if (url === '') return openSqliteStore({ ...options, file: join(config['data.dir'], 'fettle.db') });
  const { openPostgresStore } = await import('./store/postgres.ts');
  const timeMs = config['database.timeoutMs'];
  return openPostgresStore({
    ...options,
    url,
    connections: config['database.connections'],
    silenceMs: config['work.takeOverMs'],
    times: { statementMs: timeMs, lockMs: Math.ceil((timeMs * 2) / 3), silentTransactionMs: timeMs },
  });
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
const noticesMs = 2_000;
/** Publishing waits for a check, so one that was asked for begins soon. */
const checksMs = 1_000;
const waiversMs = 60_000;

interface WorkNeeds {
  readonly store: OpenStore;
  readonly brain: Brain;
  readonly auditLogs: AuditLogs;
  readonly metrics: Metrics;
  readonly undo: Undo;
}

interface Duties {
  readonly rollouts: Duty;
  stats(): Readonly<Record<string, number>>;
}

/** Starts what the server does by itself; of several processes one at a time has each duty. */
function startWork(config: ServerConfig, log: Logger, { store, brain, auditLogs, metrics, undo }: WorkNeeds): Duties {
  const counts = { replaced: 0 };
  const common = (name: string) => ({
    name,
    brain,
    lead: (duty: string, taken: () => void) => store.lead(duty, taken),
    onReplaced(error: FettleError) {
      counts.replaced++;
      log.warn({ duty: name, term: error.details.term }, 'another process has taken over; a late write was refused');
    },
  });
  const rollouts = startDuty({
    ...common('rollouts'),
    work: tickRollouts,
    everyMs: config['work.tickMs'],
    soonMs: Math.min(20, config['work.tickMs']),
    onDone(seconds, error) {
      metrics.tick(seconds, error !== undefined);
      if (error !== undefined) log.error({ err: error }, 'the look at the rollouts failed; it is tried again');
    },
  });
  undo.push(() => rollouts.stop());
  const uploads = startDuty({
    ...common('uploads'),
    work: expireAllUploads,
    everyMs: housekeepingMs,
    soonMs: 1_000,
    onDone: (_seconds, error) => error !== undefined && log.error({ err: error }, 'housekeeping failed'),
  });
  undo.push(() => uploads.stop());
  const trust = startDuty({
    ...common('trust'),
    work: refreshTrust,
    everyMs: trustRefreshMs,
    soonMs: 1_000,
    onDone: (_seconds, error) => error !== undefined && log.error({ err: error }, 'a repository was not refreshed'),
  });
  undo.push(() => trust.stop());
  undo.push(startChecks(log, common('checks')));
  // What ran out while no server ran is looked for as well.
  const waivers = { since: Date.now() - 7 * 86_400_000 };
  const ending = startDuty({
    ...common('waivers'),
    async work(ours) {
      const now = Date.now();
      await expireWaivers(ours, waivers.since);
      waivers.since = now - waiversMs;
    },
    everyMs: waiversMs,
    soonMs: 1_000,
    onDone: (_seconds, error) => error !== undefined && log.error({ err: error }, 'releases were not judged anew'),
  });
  undo.push(() => ending.stop());
  undo.push(startVulnerabilityDuty(log, common('vulnerabilities')));
  const audit = startAuditDuties({
    config,
    logs: auditLogs,
    common,
    onFailure: (error) => log.error({ err: error }, 'the audit log does not grow; it is tried again'),
    onTrouble: (witness, why) => log.warn({ witness, why }, 'a witness did not cosign the audit log'),
  });
  undo.push(() => Promise.all(audit.map((duty) => duty.stop())));
  if (config['notify.url'] !== '') {
    const notices = startDuty({
      ...common('notices'),
      work: noticesWork(noticesOptions(config, log)),
      everyMs: noticesMs,
      soonMs: 100,
      onDone: (_seconds, error) => error !== undefined && log.warn({ err: error }, 'a notice was not taken'),
    });
    undo.push(() => notices.stop());
  }
  const leads = (duty: Duty) => (duty.isLeading ? 1 : 0);
  return {
    rollouts,
    stats: () => ({ leadsRollouts: leads(rollouts), leadsUploads: leads(uploads), lateWritesRefused: counts.replaced }),
  };
}

function noticesOptions(config: ServerConfig, log: Logger): NoticesOptions {
  return {
    url: config['notify.url'],
    secret: config['notify.secret'],
    source: config['http.publicUrl'] === '' ? 'fettle' : config['http.publicUrl'],
    timeoutMs: 10_000,
    now: () => Date.now(),
    random: () => Math.random(),
    onGivenUp: (event, error) => log.error({ err: error, sequence: event.sequence }, 'a notice was given up'),
  };
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

/** Runs the checks that wait; one that is under way when the server stops begins anew at the next start. */
function startChecks(
  log: Logger,
  common: Pick<DutyOptions, 'name' | 'brain' | 'lead' | 'onReplaced'>,
): () => Promise<void> {
  const stopping = new AbortController();
  const checks = startDuty({
    ...common,
    work: (brain) => runChecks(brain, stopping.signal),
    everyMs: checksMs,
    soonMs: 50,
    onDone: (_seconds, error) => error !== undefined && log.error({ err: error }, 'a check of a release failed'),
  });
  return async () => {
    stopping.abort(new FettleError('overloaded', 'The server stops.'));
    await checks.stop();
  };
}
