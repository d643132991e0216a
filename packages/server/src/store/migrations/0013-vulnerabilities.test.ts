import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Device, deviceId, fleetId, tenantId } from '@fettle/model';
import { migrate, migrations } from '../migrations.ts';
import { pace } from '../scans/pace.ts';
import { runningCounts } from '../scans/running.ts';
import { openWriter } from '../sqlite-connection.ts';
import { bindWrites } from '../tables.ts';

const digest = 'd'.repeat(64);
const other = 'e'.repeat(64);

test('devices that were there before are counted by what they run, and leave their place when that changes', async () => {
  const database = openWriter(':memory:');
  await migrate(
    database,
    migrations.filter(({ version }) => version < 13),
  );
  const run = (sql: string, ...values: unknown[]) => database.run(sql, values);
  await run(`insert into tenants values ('acme', 0)`);
  await run(
    `insert into fleets (tenant, id, device_types, keys, security_floor, check_in_interval_ms, created_at)
     values ('acme', 'f', '[]', '[]', 0, 1, 0)`,
  );
  const device = async (id: string, status: string, said: { attributes?: object; tags?: object }) => {
    await run(
      `insert into devices (tenant, id, fleet, type, status, public_key, attributes, tags, current, attempts, enrolled_at)
       values ('acme', ?, 'f', 't', ?, '', ?, ?, ?, '[]', 0)`,
      ...[id, status, JSON.stringify(said.attributes ?? {}), JSON.stringify(said.tags ?? {})],
      JSON.stringify({
        rootfs: { version: '1', counter: 7, digest },
        'modem-a': { version: '2', counter: 8, digest: other },
      }),
    );
    await run(`insert into device_seen values ('acme', ?, null)`, id);
  };
  await device('a', 'accepted', { attributes: { country: 'DE' }, tags: { country: 'Côte "x"' } });
  await device('b', 'quarantined', { attributes: { country: 49 } });
  await device('c', 'accepted', {});
  await device('d', 'accepted', {});
  await device('e', 'pending', {});

  await migrate(database);

  const tenant = tenantId('acme');
  const counts = async (digests: readonly string[]) => {
    const place = { connection: database, tenant, pace };
    const search = { fleet: fleetId('f'), digests } as unknown as Parameters<typeof runningCounts>[1];
    const found = await runningCounts(place, search);
    const lines = found.map(
      ({ component, counter, country, devices }) => `${component} ${counter} ${country} ${devices}`,
    );
    return lines.sort();
  };
  assert.deepEqual(await counts([digest]), ['rootfs 7 49 1', 'rootfs 7 Côte "x" 1', 'rootfs 7 null 2']);
  assert.equal((await counts([other])).length, 3);

  const tx = bindWrites({ connection: database, tenant, actor: 'server', now: () => 1 });
  for (const id of ['a', 'b', 'c']) {
    const found = (await tx.device(deviceId(id))) as Device;
    await tx.updateDevice({ ...found, current: {} });
  }
  assert.deepEqual(await counts([digest]), ['rootfs 7 null 1']);
  database.close();
});
