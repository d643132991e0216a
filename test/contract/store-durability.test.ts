import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { deviceId } from '@fettle/model';
import { openSqliteStore } from '../../packages/server/src/store/index.ts';
import { killAfter, seeded } from './kill-at.ts';
import { acme, prepare, scopeOf, thermostats } from './store-fixtures.ts';

const rounds = 20;

it(`loses nothing acknowledged and keeps nothing by half when it is killed ${rounds} times`, async (test) => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-store-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'fettle.db');
  const open = () =>
    openSqliteStore({ file, clock: { now: () => 1 }, random: { bytes: (count) => new Uint8Array(count) } });
  const first = await open();
  await prepare(first);
  await first.close();

  const random = seeded(20_260_101);
  const acknowledged: string[] = [];
  for (let round = 0; round < rounds; round++) {
    acknowledged.push(...(await killAfter('store-writer.ts', [file, `round-${round}`], 1 + random(400))));
    const store = await open();
    const reads = store.reads(scopeOf(acme));
    for (const id of acknowledged) assert.ok(await reads.device(deviceId(id)), `${id} was acknowledged`);

    const devices: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await reads.devices({ fleet: thermostats, after, limit: 500 });
      devices.push(...page.items.map((device) => device.id).filter((id) => id !== 'dev-1'));
      if (page.next === null) break;
      after = page.next;
    }
    const audited: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await reads.auditEvents({ limit: 500, oldestFirst: true, after });
      for (const event of page.items) {
        assert.equal(event.sequence, audited.length + 1, 'no gap in the audit log');
        audited.push(event.object.replace('device/', ''));
      }
      if (page.next === null) break;
      after = page.next;
    }
    assert.deepEqual(audited.sort(), devices, 'a device and its event exist together or not at all');
    assert.equal((await reads.countDevices(thermostats)).accepted, devices.length + 1);
    await store.close();
  }
});
