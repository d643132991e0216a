import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Scope, Survey, Writes } from '@fettle/control';
import { type Device, deviceId, deviceType, type Fleet, fleetId, tenantId } from '@fettle/model';
import { type OpenStore, openSqliteStore } from '../index.ts';
import { ScanWorker } from './scan-worker.ts';

const fleet = fleetId('large');
const scope: Scope = { tenant: tenantId('acme'), actor: 'operator:ada', permissions: new Set() };
/** More than are looked through on the serving thread. */
const devices = 4_500;

function deviceAt(i: number): Device {
  return {
    id: deviceId(`d-${String(i).padStart(5, '0')}`),
    fleet,
    type: deviceType('board-a'),
    status: 'accepted',
    publicKey: '',
    attributes: { ram: i % 100, serial: `SN${i}` },
    tags: { ring: i % 1_000 === 7 ? 'rare' : 'late' },
    current: {},
    openDeployment: null,
    attempts: [],
    enrolledAt: i,
    lastSeenAt: null,
  };
}

async function withLargeFleet(test: (store: OpenStore, file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-scan-'));
  const file = join(folder, 'fettle.db');
  const clock = { now: () => 0 };
  const store = await openSqliteStore({ file, clock, random: { bytes: (count) => new Uint8Array(count) } });
  try {
    await store.createTenant(scope.tenant, 0);
    await store.transact(scope, (tx) => tx.insertFleet(largeFleet()));
    for (let from = 0; from < devices; from += 500) {
      await store.transact(scope, async (tx: Writes) => {
        for (let i = from; i < from + 500; i++) await tx.insertDevice(deviceAt(i));
      });
    }
    await test(store, file);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function largeFleet(): Fleet {
  return {
    id: fleet,
    tenant: scope.tenant,
    deviceTypes: [deviceType('board-a')],
    keys: [],
    securityFloor: 0,
    checkInIntervalMs: 60_000,
    freezes: [],
    createdAt: 0,
  };
}

describe('long reads on a thread of their own', () => {
  it('find, count and page as they would here, and see what was just committed', () =>
    withLargeFleet(async (store) => {
      const scans = store.scans(scope);
      const count = (expression: string) => scans.countDevices({ fleet, expression, now: 0 });
      assert.deepEqual(
        await Promise.all(
          ['attribute.ram == 7', 'attribute.serial.endsWith("77")', 'tag.ring == "rare"', ''].map(count),
        ),
        [45, 45, 5, devices],
      );
      await store.transact(scope, (tx) => tx.updateDevice({ ...deviceAt(1), tags: { ring: 'rare' } }));
      assert.equal(await count('tag.ring == "rare"'), 6);
      const search = { fleet, expression: 'attribute.serial.endsWith("77")', now: 0, limit: 20 };
      const first = await scans.devices(search);
      assert.deepEqual([first.items.length, first.items[0]], [20, deviceAt(77)]);
      const second = await scans.devices({ ...search, after: first.next ?? '', limit: 500 });
      assert.deepEqual([second.items.length, second.next], [25, null]);
    }));

  it('tell errors as they are', () =>
    withLargeFleet(async (store) => {
      const scans = store.scans(scope);
      await assert.rejects(scans.countDevices({ fleet, expression: 'type ==', now: 0 }), { code: 'invalid-input' });
      const strange: Survey<null, null> = { name: 'strange', begin: () => ({ add() {}, result: () => null }) };
      await assert.rejects(scans.survey(strange, { fleet }, null), { code: 'internal', message: /no survey strange/ });
    }));

  it('are bounded in number, and given up when the store closes', () =>
    withLargeFleet(async (_store, file) => {
      const worker = new ScanWorker(file);
      const order = {
        kind: 'count',
        tenant: scope.tenant,
        search: { fleet, expression: 'attribute.serial.contains("7")', now: 0 },
      } as const;
      const runs = Array.from({ length: 70 }, () => worker.run(order).catch((error: { code: string }) => error.code));
      assert.equal((await Promise.all(runs.slice(64))).join(), Array(6).fill('overloaded').join());
      await worker.close();
      assert.equal(new Set(await Promise.all(runs)).size, 1, 'every one is refused');
      await assert.rejects(worker.run(order), { code: 'overloaded' });
    }));

  it('start anew after the thread was lost', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fettle-scan-'));
    const file = join(folder, 'later.db');
    const worker = new ScanWorker(file);
    const order = { kind: 'count', tenant: scope.tenant, search: { fleet, expression: '', now: 0 } } as const;
    try {
      // Without a file the thread ends at once.
      await assert.rejects(worker.run(order), { code: 'internal', message: /ask again/ });
      const random = { bytes: (count: number) => new Uint8Array(count) };
      await (await openSqliteStore({ file, clock: { now: () => 0 }, random })).close();
      assert.equal(await worker.run(order), 0);
    } finally {
      await worker.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
