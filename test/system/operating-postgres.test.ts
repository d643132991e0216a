import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { it } from 'node:test';
import { parseShellBlocks } from '../../scripts/docs/shell-blocks.ts';
import { withCluster } from '../contract/postgres-stores.ts';
import { postgresPrograms } from '../peers/postgres/programs.ts';
import { until } from './crash/until.ts';

const root = join(import.meta.dirname, '../..');
const page = 'docs/operating.md';
const section = '## When one machine is not enough';

withCluster('the commands of "When one machine is not enough"', (cluster) => {
  it('make a database, bring an installation along and start two servers on it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fettle-operating-'));
    const { folder: socket } = cluster();
    const database = `postgres://fettle@localhost/fettle?host=${encodeURIComponent(socket)}`;
    const asTested = (text: string) =>
      text
        .replace(/^createuser .*$/m, '') // The cluster of the tests has one user, without a password.
        .replaceAll(/postgres:\/\/fettle:PASSWORD@\S+/g, `'${database}'`)
        .replaceAll('/var/lib/fettle', join(folder, 'old'))
        .replaceAll('/srv/fettle', join(folder, 'shared'))
        .replaceAll('0.0.0.0', '127.0.0.1')
        .replaceAll('--http-port 8450', '--http-port 0');
    const [make, copy, serve] = (await blocksOfSection()).map(asTested);
    assert.ok(make && copy && serve);
    const run = (script: string) => shell(script, { folder, socket });
    try {
      const old = run(`fettle serve --data-dir ${join(folder, 'old')} --http-port 0`);
      await readyUrl(old);
      await end(old);

      assert.equal((await finished(run(make))).code, 0);
      const copied = await finished(run(copy));
      assert.equal(copied.code, 0, copied.output);
      assert.match(copied.output, /copied and compared: \d+ tables, \d+ rows/);

      const servers = [run(serve), run(serve)];
      try {
        for (const server of servers) {
          const url = await readyUrl(server);
          assert.equal((await fetch(`${url}/readyz`)).status, 200);
          assert.doesNotMatch(server.output, /First start/, 'the token came along with the copy');
        }
      } finally {
        for (const server of servers) await end(server);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function blocksOfSection(): Promise<string[]> {
  const [, after = ''] = (await readFile(join(root, page), 'utf8')).split(section);
  const [text = ''] = after.split(/^## /m);
  return parseShellBlocks(page, text).map((block) => block.text);
}

interface Run {
  readonly child: ChildProcess;
  output: string;
}

/** Runs a script as a person would, with our commands and PostgreSQL's on the PATH. */
function shell(script: string, { folder, socket }: { folder: string; socket: string }): Run {
  const programs = [join(root, 'node_modules/.bin'), postgresPrograms(page), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: programs, HOME: folder, PGHOST: socket, PGUSER: 'fettle' };
  const child = spawn('sh', ['-eu', '-c', script], { cwd: folder, env, detached: true });
  const run: Run = { child, output: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (run.output += text));
  }
  return run;
}

async function finished(run: Run): Promise<{ code: number | null; output: string }> {
  if (run.child.exitCode === null) await once(run.child, 'close');
  return { code: run.child.exitCode, output: run.output };
}

async function readyUrl(run: Run): Promise<string> {
  const found = () => /"url":"([^"]+)".*"msg":"ready"/.exec(run.output)?.[1];
  await until(() => found() !== undefined, { deadlineMs: 60_000, tell: () => run.output });
  return found() ?? '';
}

/** Ends the shell and what it runs. */
async function end(run: Run): Promise<void> {
  const exit = once(run.child, 'close');
  if (run.child.pid !== undefined) process.kill(-run.child.pid, 'SIGTERM');
  await exit;
}
