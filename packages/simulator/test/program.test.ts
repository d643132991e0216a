import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { claimToken, FakeServer } from './fake-server.ts';
import { until } from './until.ts';

const main = join(import.meta.dirname, '../src/fleet/main.ts');
let server: FakeServer;
let folder: string;
let url: string;

beforeEach(async () => {
  server = new FakeServer();
  url = await server.start();
  folder = await mkdtemp(join(tmpdir(), 'fettle-program-'));
});

afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

function run(args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ ...output, code: code as number | null }));
  return { child, ended };
}

describe('the fleet as a program', () => {
  it('updates its devices, writes events and sums up when it is told to end', async () => {
    const [key, token, events] = ['key.pem', 'token', 'events.jsonl'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(key, server.publicKeyPem);
    await writeFile(token, `${claimToken}\n`);
    await server.release('1.0.0', 1);
    const { child, ended } = run([
      ...['--server', url, '--fleet', 'thermostat', '--types', 'board-a,board-b', '--devices', '5'],
      ...['--claim-token-file', token, '--trust-key', key, '--speed', '500', '--ramp', '0', '--json-events', events],
    ]);
    await until('all updated', () => server.deployments.size === 5 && server.allEnded());
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout).deployments.succeeded, 5);
    const kinds = (await readFile(events, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind as string);
    for (const kind of ['enrolled', 'offered', 'reported', 'acknowledged', 'booted', 'ended']) {
      assert.ok(kinds.includes(kind), kind);
    }
  });

  it('ends with 1 when the server broke a promise', async () => {
    await server.release('1.0.0', 1);
    server.faults.spoilOffer = (offer) => ({ ...offer, version: '9.9.9' });
    const { ended } = run([
      ...[
        '--server',
        url,
        '--fleet',
        'thermostat',
        '--types',
        'board-a',
        '--devices',
        '1',
        '--claim-token',
        claimToken,
      ],
      ...['--speed', '500', '--ramp', '0', '--for', '1', '--quiet'],
    ]);
    const { code, stderr } = await ended;
    assert.equal(code, 1);
    assert.match(stderr, /offer-mismatch/);
  });

  it('ends with 2 and what to do next when the flags are wrong', async () => {
    const { code, stderr, stdout } = await run(['--server', url]).ended;
    assert.equal(code, 2);
    assert.match(stderr, /--fleet is required.*--help/);
    assert.equal(stdout, '');
    const badDevices = await run(['--server', url, '--fleet', 'x', '--types', 'a', '--devices', '0']).ended;
    assert.equal(badDevices.code, 2);
  });
});
