import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FakeRepositories } from './fake-repositories.ts';
import { FakeServer } from './fake-server.ts';
import { LoopbackServer } from './loopback-server.ts';
import { image } from './world.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

describe('the program with two repositories, over HTTP', () => {
  const fake = new FakeServer();
  const server = new LoopbackServer(fake);
  const repositories = new FakeRepositories(Date.now());
  let folder = '';
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  before(async () => {
    await server.listen();
    await repositories.begin();
    repositories.nowMs = () => Date.now();
    fake.repositories = repositories;
    folder = mkdtempSync(join(tmpdir(), 'fettle-agent-'));
    write('slot-a.img', Buffer.alloc(65_536, 1));
    write('slot-b.img', Buffer.alloc(65_536, 2));
    write('boot.json', '{"slot":"a"}');
    write('image-root.json', repositories.root('image'));
    write('director-root.json', repositories.root('director'));
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  test('refuses what only the director names, then installs what both name, and says how its trust began', async () => {
    const roots = { image: 'image-root.json', director: 'director-root.json' };
    write('config.json', JSON.stringify(configOf(server.url, { roots })));
    start('a', 'boot-1');
    await fake.offer(image('2.0.0', 2));
    const listed = repositories.director.targets.get('targets')?.targets ?? new Map();
    await repositories.assign(new Map([...listed].map(([path, target]) => [path, { ...target, length: 1 }])), 'dev-1');
    await runOnce();
    assert.deepEqual([fake.last.status, fake.last.error?.code], ['failed', 'target-bytes-differ']);
    assert.equal(fake.currents.at(-1)?.attributes['trust-origin'], 'provisioned');
    assert.ok(!server.requests.some((line) => line.includes('/artifacts/')), 'no byte was asked for');

    await fake.offer(image('3.0.0', 3));
    await runOnce();
    start('b', 'boot-2');
    await runOnce();
    assert.equal(fake.last.status, 'succeeded');
    const kept = readFileSync(join(folder, 'state', 'trust-director'), 'utf8');
    assert.match(kept, /^fettle-trust\/1 [0-9a-f]{64}\n/);
    assert.equal(readFileSync(join(folder, 'state', 'trust-director.backup'), 'utf8'), kept);
  });

  test('a root file that is none ends with 2 and its name', async () => {
    write('broken.json', '{}');
    write(
      'config.json',
      JSON.stringify(configOf(server.url, { roots: { image: 'broken.json', director: 'broken.json' } })),
    );
    const { code, stderr } = await run();
    assert.equal(code, 2);
    assert.match(stderr, /broken\.json is no root metadata/);
  });

  function start(slot: string, bootId: string): void {
    write('cmdline', `quiet fettle.slot=${slot}`);
    write('boot-id', bootId);
  }

  async function runOnce(): Promise<void> {
    const { code, stderr } = await run();
    assert.equal(code, 0, stderr);
  }

  async function run(): Promise<{ readonly code: number | null; readonly stderr: string }> {
    const args = [main, '--config', join(folder, 'config.json'), '--once'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  }
});

function configOf(server: string, trust: object): Record<string, unknown> {
  return {
    server,
    fleet: 'thermostat',
    device: 'dev-1',
    deviceType: 'board-a',
    trust,
    components: { rootfs: { slots: { a: 'slot-a.img', b: 'slot-b.img' } } },
    boot: { driver: 'plain-file', file: 'boot.json' },
    bootedSlot: { file: 'cmdline' },
    bootId: { file: 'boot-id' },
    reboot: { command: ['/bin/true'], timeoutSeconds: 5 },
    factory: { version: '1.0.0', counter: 1 },
  };
}
