import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { digest } from '@fettle/model';
import { confinement } from './confinement.ts';

const folder = mkdtempSync(join(tmpdir(), 'fettle-confined-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const run = join(folder, 'run');
mkdirSync(run);
const artifact = join(folder, 'artifact');
const data = join(folder, 'data-set');
const key = join(folder, 'server.key');
for (const file of [artifact, data, key]) writeFileSync(file, 'bytes');

const about = { deviceType: 'hub-a', component: 'main', fleet: 'hubs', version: '1.0.0' };
const flags = confinement(
  {
    candidate: { digest: digest('0'.repeat(64)), sizeBytes: 5, ...about },
    path: artifact,
    now: 0,
    settings: {},
    inputs: [{ kind: 'data-set', digest: '0'.repeat(64), path: data }],
  },
  run,
);

/** What the system answers to a deed in the process of a check: `done` or the code of its refusal. */
function attempt(deed: string, parameters: readonly string[]): string {
  const program = `const { promisify } = require('node:util');
    (async () => { ${deed} })().then(() => 'done', (error) => error.code).then((said) => process.stdout.write(said));`;
  return execFileSync(process.execPath, [...flags, '-e', program, ...parameters], { env: {}, encoding: 'utf8' });
}

const read = `require('node:fs').readFileSync(process.argv[1])`;
const write = `require('node:fs').writeFileSync(process.argv[1], 'x')`;
const refused = 'ERR_ACCESS_DENIED';

test('a check reads its artifact and its documents and writes its folder', () => {
  assert.equal(attempt(read, [artifact]), 'done');
  assert.equal(attempt(read, [data]), 'done');
  assert.equal(attempt(write, [join(run, 'layer-0')]), 'done');
  assert.equal(attempt(`await import(process.argv[1])`, [import.meta.resolve('@fettle/gates/run')]), 'done');
});

test('a check reads and writes nothing else, not even by a link it could make', () => {
  assert.equal(attempt(read, [key]), refused);
  assert.equal(attempt(write, [artifact]), refused);
  assert.equal(attempt(write, [join(folder, 'planted')]), refused);
  const link = `require('node:fs').symlinkSync(process.argv[1], process.argv[2])`;
  assert.equal(attempt(link, [key, join(run, 'link')]), refused);
  symlinkSync(key, join(folder, 'outside'));
  assert.equal(attempt(read, [join(folder, 'outside')]), refused);
});

test('a check starts no process and no thread', () => {
  assert.equal(attempt(`require('node:child_process').execFileSync('/bin/true')`, []), refused);
  assert.equal(attempt(`new (require('node:worker_threads').Worker)('1', { eval: true })`, []), refused);
});

test('a check connects to nobody where the runtime can forbid it', async (context) => {
  if (!process.allowedNodeEnvironmentFlags.has('--allow-net')) {
    context.diagnostic('This runtime has no --allow-net: it cannot forbid connections.');
    return;
  }
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const connect = `await new Promise((resolve, reject) => {
    require('node:net').connect(Number(process.argv[1]), '127.0.0.1').on('connect', resolve).on('error', reject); });`;
  assert.equal(attempt(connect, [String(address.port)]), refused);
  server.close();
});
