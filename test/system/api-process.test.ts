import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from './api-support.ts';

const program = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fettle-process-'));
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The server as a process of its own. */
function start(args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...environment } });
  running.add(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += String(chunk);
  });
  const ended = new Promise<number | null>((resolve) =>
    child.once('exit', (code) => {
      running.delete(child);
      resolve(code);
    }),
  );
  const ready = () =>
    until(() => /"url":"(http[^"]+)".*"ready"/.exec(output.stdout)?.[1], 'the server to be ready', 30_000);
  return { child, output, ended, ready };
}

test('first start shows and keeps a token, later starts do not; SIGTERM ends with 0', async () => {
  const dataDir = join(folder, 'first');
  const one = start(['--data-dir', dataDir, '--http-port', '0']);
  const url = await one.ready();
  const file = join(dataDir, 'admin.token');
  const token = readFileSync(file, 'utf8').trim();
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(one.output.stderr.includes(token), 'shown once on standard error');
  assert.ok(!one.output.stdout.includes(token), 'never in the log');
  const who = await fetch(`${url}/api/v1/whoami`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(who.status, 200);
  one.child.kill('SIGTERM');
  assert.equal(await one.ended, 0);
  assert.ok(!one.output.stdout.includes(token), 'requests are logged without credentials');
  assert.match(one.output.stdout, /"path":"\/api\/v1\/whoami"/);

  const two = start(['--data-dir', dataDir, '--http-port', '0']);
  const again = await two.ready();
  assert.equal(two.output.stderr, '');
  const still = await fetch(`${again}/api/v1/whoami`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(still.status, 200);
  two.child.kill('SIGINT');
  assert.equal(await two.ended, 0);
});

test('a stop lets a request that is under way finish', async () => {
  const server = start(['--data-dir', join(folder, 'stop'), '--http-port', '0']);
  const url = await server.ready();
  const answer = new Promise<number | undefined>((resolve, reject) => {
    const outgoing = request(`${url}/device/v1/challenge`, { method: 'POST' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.on('error', reject);
    outgoing.write('{"device":');
    void until(async () => (await fetch(`${url}/metrics`)).ok || undefined, 'the server to be busy with it').then(
      async () => {
        server.child.kill('SIGTERM');
        await until(() => /"stopping"/.exec(server.output.stdout)?.[0], 'the stop to begin');
        outgoing.end('"unit-1"}');
      },
    );
  });
  assert.equal(await answer, 200);
  assert.equal(await server.ended, 0);
});

test('a second server on the same data is refused and says why', async () => {
  const dataDir = join(folder, 'shared');
  const one = start(['--data-dir', dataDir, '--http-port', '0']);
  await one.ready();
  const two = start(['--data-dir', dataDir, '--http-port', '0']);
  assert.equal(await two.ended, 1);
  assert.match(two.output.stderr, /^fettle-server: /);
  one.child.kill('SIGTERM');
  assert.equal(await one.ended, 0);
});

test('wrong settings end with code 2 and name the setting', async () => {
  const unknown = start(['--data-dri', 'x']);
  assert.equal(await unknown.ended, 2);
  assert.match(unknown.output.stderr, /Unknown flag "--data-dri"/);
  const misspelt = start(['--print-config'], { FETTLE_HTTP_PROT: '1' });
  assert.equal(await misspelt.ended, 2);
  assert.match(misspelt.output.stderr, /FETTLE_HTTP_PROT/);
  const shown = start(['--print-config', '--http-port', '1234'], { FETTLE_HTTP_HOST: '0.0.0.0' });
  assert.equal(await shown.ended, 0);
  assert.match(shown.output.stdout, /http\.port\s+1234\s+flag/);
  assert.match(shown.output.stdout, /http\.host\s+"0\.0\.0\.0"\s+environment/);
});

test('a taken port is told with the way out', async () => {
  const one = start(['--data-dir', join(folder, 'port-a'), '--http-port', '0']);
  const port = new URL(await one.ready()).port;
  const two = start(['--data-dir', join(folder, 'port-b'), '--http-port', port]);
  assert.equal(await two.ended, 1);
  assert.match(two.output.stderr, /port is taken; choose another with --http-port/);
  one.child.kill('SIGTERM');
  assert.equal(await one.ended, 0);
});
