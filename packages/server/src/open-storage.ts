import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createBrain, type Store, serverScope } from '@fettle/control';
import type { Logger } from 'pino';
import { InspectWorker, openDiskArtifacts } from './artifacts/index.ts';
import { GateProcess } from './checks/gate-process.ts';
import { VulnerabilityWorker } from './checks/vulnerability-worker.ts';
import type { ServerConfig } from './config-keys.ts';
import { fetchJwks } from './oidc/fetch-jwks.ts';
import { createIssuerKeys } from './oidc/issuer-keys.ts';
import { openSigners } from './signer/index.ts';
import { type OpenStore, openSqliteStore, type StoreOptions } from './store/index.ts';
import type { Undo } from './undo.ts';

interface StorageNeeds {
  /** What has to be let go of is added. */
  readonly undo: Undo;
  readonly onChange: () => void;
}

/** The only place where anything is opened on a disk. */
export async function openStorage(config: ServerConfig, log: Logger, { undo, onChange }: StorageNeeds) {
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
