import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FakeServer } from './fake-server.ts';
import { LoopbackServer } from './loopback-server.ts';
import { image, sha256 } from './world.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const deadlineMs = 30_000;

describe('the program', () => {
  const fake = new FakeServer();
  const server = new LoopbackServer(fake);
  const next = image('2.0.0', 2);
  let folder = '';
  before(async () => {
    await server.listen();
    folder = mkdtempSync(join(tmpdir(), 'fettle-agent-'));
    const pem = fake.signer.publicKey.key.export({ format: 'pem', type: 'spki' });
    writeFileSync(join(folder, 'fleet.pem'), pem);
    writeFileSync(join(folder, 'slot-a.img'), Buffer.alloc(65_536, 1));
    writeFileSync(join(folder, 'slot-b.img'), Buffer.alloc(65_536, 2));
    writeFileSync(join(folder, 'boot.json'), '{"slot":"a"}');
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config(server.url)));
    start('a', 'boot-1');
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const start = (slot: string, bootId: string) => {
    writeFileSync(join(folder, 'cmdline'), `quiet fettle.slot=${slot}`);
    writeFileSync(join(folder, 'boot-id'), bootId);
  };
  const boot = () => JSON.parse(readFileSync(join(folder, 'boot.json'), 'utf8')) as Record<string, string>;
  const runAgent = (...args: string[]) => runProgram(['--config', join(folder, 'config.json'), ...args]);

  test('enrols, installs, asks for a reboot; after it checks, commits and reports', async () => {
    await fake.offer(next);
    const first = await runAgent('--once');
    assert.equal(first.code, 0, first.stderr);
    assert.ok(existsSync(join(folder, 'reboot-requested')));
    assert.deepEqual([boot().slot, boot().upgrade_available], ['b', '1']);
    assert.equal(fake.last.status, 'rebooting');

    start('b', 'boot-2');
    const second = await runAgent('--once');
    assert.equal(second.code, 0, second.stderr);
    assert.equal(fake.last.status, 'succeeded');
    assert.deepEqual([boot().slot, boot().upgrade_available], ['b', '0']);
    assert.equal(fake.currents.at(-1)?.current.rootfs?.sha256, sha256(next.bytes));
    assert.equal(statSync(join(folder, 'device.key')).mode & 0o777, 0o600);
    for (const line of second.stderr.trim().split('\n')) assert.ok(JSON.parse(line).event);
  });

  test('stays until SIGTERM and then ends well', async () => {
    const seen = fake.currents.length;
    const child = startProgram(['--config', join(folder, 'config.json')]);
    await until(() => fake.currents.length > seen);
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
  });

  test('--once says with its exit code that the server was not there', async () => {
    writeFileSync(join(folder, 'lonely.json'), JSON.stringify(config('http://127.0.0.1:1')));
    const { code } = await runProgram(['--config', join(folder, 'lonely.json'), '--once']);
    assert.equal(code, 1);
  });

  test('wrong use and wrong configuration end with 2 and a sentence', async () => {
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...config(server.url), colour: 'red' }));
    const unknown = await runProgram(['--config', join(folder, 'wrong.json')]);
    assert.deepEqual([unknown.code, /Unknown key colour/.test(unknown.stderr)], [2, true]);
    const missing = await runProgram(['--config', join(folder, 'nothing.json')]);
    assert.equal(missing.code, 2);
    assert.equal((await runProgram(['--colour'])).code, 2);
    assert.equal((await runProgram([])).code, 2);
  });

  test('--print-config, --help and --version answer without doing anything', async () => {
    const printed = await runAgent('--print-config');
    assert.equal(JSON.parse(printed.stdout).deviceType.value, 'board-a');
    assert.match((await runProgram(['--help'])).stdout, /--print-config/);
    assert.match((await runProgram(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });
});

function config(url: string): Record<string, unknown> {
  return {
    server: url,
    fleet: 'thermostat',
    device: 'dev-1',
    deviceType: 'board-a',
    trust: { keyFiles: ['fleet.pem'] },
    components: { rootfs: { slots: { a: 'slot-a.img', b: 'slot-b.img' } } },
    boot: { driver: 'plain-file', file: 'boot.json' },
    bootedSlot: { file: 'cmdline' },
    bootId: { file: 'boot-id' },
    reboot: { command: ['/bin/sh', '-c', 'touch reboot-requested'], timeoutSeconds: 5 },
    health: { checks: [{ name: 'app', command: ['/bin/sh', '-c', 'echo fine'], timeoutSeconds: 5 }] },
    factory: { version: '1.0.0', counter: 1 },
  };
}

function startProgram(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function runProgram(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = startProgram(args);
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said.stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!condition()) {
    assert.ok(Date.now() < end, 'the condition did not become true in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
