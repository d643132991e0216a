import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuration } from '../../output/format.ts';
import { locateProgram, nodeArguments } from '../../programs.ts';
import { cast } from '../cast.ts';
import { hubTypes } from '../images.ts';
import { type DemoKeys, makeKeys } from '../keys.ts';
import type { Stage } from '../stage.ts';
import { beginTrust, type DemoRoots, demandImageKey } from './trust.ts';

/** What the first scene leaves for the others. */
export interface Opened {
  readonly url: string;
  readonly keys: DemoKeys;
  readonly roots: DemoRoots;
  readonly claimToken: string;
  /** Images are signed for MCUboot, and boards verify that. */
  readonly isMcuboot: boolean;
}

/** A server, keys that only people hold, and a fleet that trusts them. */
export async function openFleet(stage: Stage, token: string | undefined): Promise<Opened> {
  stage.title('1 · A server, keys that only people hold, and a fleet that trusts them');
  const url = await startServer(stage);
  await stage.type(['login', '--server', url, '--token-file', join(stage.folder, 'data/admin.token')]);
  const keys = await makeKeys(stage, token);
  const where =
    token === undefined ? `files in ${join(stage.folder, 'keys')}` : 'in the token, which they cannot leave';
  stage.say(`Keys of six officers, of the team that makes releases and of images: ${where}`);
  const types = hubTypes.flatMap((type) => ['--type', type]);
  await stage.type(['fleet', 'create', cast.fleet, ...types, '--check-in', '20s']);
  await stage.type(['fleet', 'use', cast.fleet]);
  const roots = await beginTrust(stage, keys);
  if (token !== undefined) await demandImageKey(stage, keys);
  const claim = await stage.type([
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
  return { url, keys, roots, claimToken: claim.trim(), isMcuboot: token !== undefined };
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
