import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Brain } from '@fettle/control';
import { FettleError } from '@fettle/model';
import type { Logger } from 'pino';
import { firstToken } from './bootstrap-token.ts';
import { configOf } from './config.ts';
import type { ServerConfig } from './config-keys.ts';
import { openDoors } from './doors.ts';
import { hearOthers } from './hear-others.ts';
import { reloadTls } from './http/listener.ts';
import { watchLoad } from './http/load.ts';
import { createLogger } from './http/logger.ts';
import { createMetrics } from './http/metrics.ts';
import { openStorage } from './open-storage.ts';
import { type Duties, startWork } from './start-work.ts';
import { letGo, type Undo } from './undo.ts';

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
  const doors = await openDoors(config, { brain, auditLogs, log, load, metrics });
  undo.push(() => doors.close());
  await listen(doors.server, config);
  // A start that fails on its port has not shown the one token that is shown once.
  const adminToken = await firstToken(brain, config['data.dir']);
  return {
    url: urlOf(doors.server, config),
    adminToken,
    reload: () => reloadTls(doors.server, config),
    close: () => letGo(undo),
  };
}

/** What the process remembers of devices. */
function memoryOf({ quiet }: Brain): Readonly<Record<string, number>> {
  const { entries, bytes } = quiet.stats();
  return { quietDevices: entries, quietBytes: bytes };
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
