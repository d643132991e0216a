import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuration } from '../../output/format.ts';
import { locateProgram, nodeArguments } from '../../programs.ts';
import { cast } from '../cast.ts';
import { hubTypes } from '../images.ts';
import type { Stage } from '../stage.ts';

/** What the first scene leaves for the others. */
export interface Opened {
  readonly url: string;
  readonly publicKeyFile: string;
  readonly claimToken: string;
}

/** A server, a key and a fleet that trusts it. */
export async function openFleet(stage: Stage): Promise<Opened> {
  stage.title('1 · A server, a key that only you hold, and a fleet that trusts it');
  const url = await startServer(stage);
  await stage.type(['login', '--server', url, '--token-file', join(stage.folder, 'data/admin.token')]);
  await stage.type(['key', 'create']);
  const types = hubTypes.flatMap((type) => ['--type', type]);
  await stage.type(['fleet', 'create', cast.fleet, ...types, '--check-in', '20s']);
  await stage.type(['fleet', 'use', cast.fleet]);
  await stage.type(['fleet', 'key', 'add']);
  const token = await stage.type([
    'fleet',
    'claim-token',
    'create',
    '--uses',
    '203',
    '--name',
    'demo',
    '--expires',
    '1d',
  ]);
  return { url, publicKeyFile: join(stage.folder, 'config/fettle/release.key.pub'), claimToken: token.trim() };
}

async function startServer(stage: Stage): Promise<string> {
  const args = ['--http-port', '0', '--data-dir', join(stage.folder, 'data')];
  stage.say(`\n${stage.style.dim('$')} ${stage.style.accent(`fettle serve ${args.join(' ')} &`)}`);
  const begun = performance.now();
  const server = stage.start('server', [process.execPath, ...nodeArguments(locateProgram('server'), args)]);
  let url: string | undefined;
  await stage.wait('the server is ready', async () => {
    url = readUrl(server.logFile);
    return [url === undefined ? 0 : 1, 1];
  });
  stage.say(`${url} after ${formatDuration(performance.now() - begun)}; one process, one database file`);
  return url ?? '';
}

/** The server says where it listens in the log line that says that it is ready. */
function readUrl(logFile: string): string | undefined {
  if (!existsSync(logFile)) return undefined;
  for (const line of readFileSync(logFile, 'utf8').split('\n')) {
    const found = /"url":"(http:[^"]+)".*"msg":"ready"/.exec(line);
    if (found) return found[1];
  }
  return undefined;
}
