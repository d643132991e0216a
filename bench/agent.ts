import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { residentMb, start, stop, until } from './processes.ts';
import type { Seeded } from './seed.ts';

const agentMain = fileURLToPath(new URL('../packages/agent/src/main.ts', import.meta.url));

/** A real agent that has enrolled, checked in and waits. */
export async function measureAgent(folder: string, port: number, seeded: Seeded): Promise<number> {
  const dir = join(folder, 'agent');
  mkdirSync(dir);
  const slot = Buffer.alloc(4 * 1_048_576);
  for (const name of ['slot-a.img', 'slot-b.img']) writeFileSync(join(dir, name), slot);
  writeFileSync(join(dir, 'cmdline'), 'fettle.slot=a');
  writeFileSync(join(dir, 'boot-id'), 'bench');
  writeFileSync(join(dir, 'fleet.pub.pem'), seeded.fleetKeyPem);
  const config = {
    server: `http://127.0.0.1:${port}`,
    fleet: 'bench',
    device: 'agent-1',
    deviceType: 'board-a',
    stateDir: 'state',
    keyFile: 'device.key',
    claimToken: seeded.claimToken,
    trust: { keyFiles: ['fleet.pub.pem'], threshold: 1 },
    components: { rootfs: { slots: { a: 'slot-a.img', b: 'slot-b.img' } } },
    boot: { driver: 'plain-file', file: 'boot.json' },
    bootedSlot: { file: 'cmdline', argument: 'fettle.slot' },
    bootId: { file: 'boot-id' },
    reboot: { command: ['/bin/true'], timeoutSeconds: 5 },
    factory: { version: '0.0.1', counter: 0 },
  };
  writeFileSync(join(dir, 'agent.json'), JSON.stringify(config));
  const child = start([agentMain, '--config', join(dir, 'agent.json')]);
  const headers = { authorization: `Bearer ${seeded.adminToken}` };
  await until('the agent to check in', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/devices/agent-1`, { headers });
    const device = (await answer.json()) as { attributes?: object };
    return Object.keys(device.attributes ?? {}).length > 0;
  });
  const rss = residentMb(child.pid ?? 0);
  await stop(child);
  return rss;
}
