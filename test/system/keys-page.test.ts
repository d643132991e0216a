import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TrustChangeView, TrustStateView } from '@fettle/api';
import { run } from '@fettle/cli';
import { wordsOf } from './ceremonies-support.ts';
import { type Desk, openDesk, type Program, until } from './cli-support.ts';

// The blocks of docs/keys.md, typed by somebody who answers what is asked, in one story.
const page = readFileSync(join(import.meta.dirname, '../../docs/keys.md'), 'utf8');
const sections = page.split(/^## /m).map((text) => ({
  title: text.split('\n', 1)[0] ?? '',
  lines: [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.trim().split('\n')),
}));
const told = sections.filter(({ lines }) => lines.length > 0);
const staging = /^root (?:init|delegate|undelegate|renew|rotate|revoke) /;

let desk: Desk;
let server: Program;
let port = 0;
let change = '';
const home = process.cwd();

before(async () => {
  desk = await openDesk();
  port = await freePort();
  // The page names files as one who stands beside them.
  process.chdir(desk.folder);
  server = serve();
  await isReady(server);
  for (const name of ['firmware', 'second', 'third']) await writeFile(`${name}.bin`, Buffer.alloc(20_000, name));
  await type(`login --server http://127.0.0.1:${port} --token-file data/admin.token --wait 10s`);
});
after(async () => {
  process.chdir(home);
  await desk.leave();
});

function serve(): Program {
  return desk.start('serve', '--data-dir', 'data', '--http-port', String(port));
}

async function isReady({ said }: Program): Promise<void> {
  await until('it is ready', () => /"msg":"ready"/.test(said()));
}

async function stop({ child, ended }: Program): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Types a command line with somebody at the terminal. */
async function type(line: string): Promise<string> {
  const said = { out: '', err: '' };
  const sink = (name: 'out' | 'err') => ({ write: (text: string) => (said[name] += text) });
  const ask = async (question: string) => (/passphrase/.test(question) ? 'correct horse battery' : 'read and agreed');
  const env = { PATH: process.env.PATH, HOME: desk.folder, USER: 'officer' };
  const io = { stdout: sink('out'), stderr: sink('err'), env, signal: new AbortController().signal, ask };
  const exit = await run(wordsOf(line, desk.folder), io);
  assert.equal(exit, 0, `fettle ${line}\n${said.out}${said.err}`);
  return said.out;
}

async function act(line: string): Promise<void> {
  if (line === '# stop the server') return stop(server);
  if (line.startsWith('#')) return;
  const command = line.replace(/^fettle /, '').replaceAll('CHANGE', change);
  if (command.startsWith('serve ')) {
    server = serve();
    return isReady(server);
  }
  if (command.startsWith('signer ')) {
    const signer = desk.start(...wordsOf(command, desk.folder));
    await isReady(signer);
    return stop(signer);
  }
  if (!staging.test(command)) {
    await type(command);
    return;
  }
  const staged = JSON.parse(await type(`${command} --json`)) as TrustChangeView;
  assert.match(staged.id, /^chg/, `${line}: one change at a time`);
  change = staged.id;
}

for (const { title, lines } of told) {
  test(`the commands of "${title}" do what the page says`, async () => {
    for (const line of lines) await act(line);
    const state = JSON.parse(await type('root show --json')) as TrustStateView & { stale: string[] };
    assert.deepEqual(state.changes, [], 'nothing waits');
    assert.deepEqual(state.stale, [], 'devices can take all that stands');
  });
}

test('the page tells of every case, and its roots are those that stand', async () => {
  const titles = ['Day 1', 'Day 100', 'When somebody leaves', 'A key is lost', 'A key is stolen'];
  assert.deepEqual(
    told.map(({ title }) => title),
    [...titles, 'Several who must sign a release'],
  );
  for (const name of ['image', 'director']) {
    assert.match(await readFile(`${name}.root.json`, 'utf8'), /"_type":"root"/);
  }
  assert.equal((await stat('ann.key')).mode & 0o777, 0o600);
  assert.doesNotMatch(await readFile('ann.key', 'utf8'), /PRIVATE KEY/);
});
