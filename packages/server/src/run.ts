import { resolve } from 'node:path';
import { FettleError, fettleVersion } from '@fettle/model';
import type { Logger } from 'pino';
import { firstTokenNotice } from './bootstrap-token.ts';
import { type LoadedConfig, loadConfig, printConfig } from './config.ts';
import { type ConfigKey, configKeys, environmentName, flagName, type ServerConfig } from './config-keys.ts';
import { createServer, type RunningServer } from './create-server.ts';
import { createLogger } from './http/logger.ts';

/** The program `fettle-server`: settings, start, signals. */
export async function run(argv: readonly string[]): Promise<void> {
  let loaded: LoadedConfig;
  try {
    loaded = loadConfig(argv);
  } catch (error) {
    return fail(error);
  }
  if (loaded.wants.has('help')) process.stdout.write(helpText());
  else if (loaded.wants.has('version')) process.stdout.write(`${fettleVersion}\n`);
  else if (loaded.wants.has('print-config')) process.stdout.write(printConfig(loaded));
  else await serve(loaded.config);
}

async function serve(config: ServerConfig): Promise<void> {
  const log = createLogger(config);
  let server: RunningServer;
  try {
    server = await createServer(config, log);
  } catch (error) {
    return fail(error);
  }
  stopOnSignals(server, log);
  const dataDir = resolve(config['data.dir']);
  if (server.adminToken !== undefined) process.stderr.write(firstTokenNotice(server.adminToken, server.url, dataDir));
  const readyMs = Math.round(performance.now());
  log.info({ url: server.url, dataDir, version: fettleVersion, readyMs, pid: process.pid }, 'ready');
  if (process.stdout.isTTY) {
    process.stdout.write(
      `Fettle ${fettleVersion} is ready at ${server.url} (API: ${server.url}/api), data in ${dataDir}\n`,
    );
  }
}

function stopOnSignals(server: RunningServer, log: Logger): void {
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    server.close().then(
      () => {
        log.info('stopped');
        process.exitCode = 0;
        process.exit();
      },
      (error) => {
        log.error({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => {
    try {
      server.reload();
      log.info('read the certificate again');
    } catch (error) {
      log.error({ err: error }, 'the certificate stays as it was');
    }
  });
}

function helpText(): string {
  const rows = Object.entries(configKeys).map(([name, key]: [string, ConfigKey]) => {
    return `  ${flagName(name).padEnd(30)} ${key.says} [${JSON.stringify(key.default)}; ${environmentName(name)}]`;
  });
  return `fettle-server ${fettleVersion}: the Fettle server.

Usage: fettle-server [--config FILE.json] [flags]

${rows.join('\n')}
  --config FILE                  Settings from a JSON file: {"http": {"port": 8450}}
  --print-config                 Shows every setting and where it comes from
  --version, --help

Later wins: file, environment, flags. SIGTERM and SIGINT stop gently, SIGHUP reads the TLS certificate again.
`;
}

function fail(error: unknown): void {
  const message = error instanceof FettleError ? error.message : String((error as Error).stack ?? error);
  process.stderr.write(`fettle-server: ${message}\n`);
  process.exitCode = error instanceof FettleError && error.code === 'invalid-input' ? 2 : 1;
}
