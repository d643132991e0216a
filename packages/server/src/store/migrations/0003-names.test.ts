import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleetId, tenantId } from '@fettle/model';
import { migrate } from '../migrations.ts';
import { openWriter } from '../sqlite-connection.ts';
import { bindReads } from '../tables.ts';
import { firstSchema } from './0001-first-schema.ts';
import { plans } from './0002-plans.ts';

test('tags and names of devices that were there before are found, and groups keep their meaning', async () => {
  const database = openWriter(':memory:');
  await migrate(database, [firstSchema, plans]);
  const run = (sql: string, ...values: unknown[]) => database.run(sql, values);
  await run(`insert into tenants values ('acme', 0)`);
  await run(
    `insert into fleets (tenant, id, device_types, keys, security_floor, check_in_interval_ms, created_at)
     values ('acme', 'f', '[]', '[]', 0, 1, 0)`,
  );
  const terms = [
    { field: 'attribute.ram', operator: '==', value: '512' },
    { field: 'tag.x-y', operator: '!=', value: 'z' },
  ];
  await run(`insert into groups values ('acme', 'f', 'old', ?)`, JSON.stringify({ text: 'as it was', terms }));
  const device = (id: string, status: string, attributes: object, tags: object) =>
    run(
      `insert into devices (tenant, id, fleet, type, status, public_key, attributes, tags, current, attempts, enrolled_at)
       values ('acme', ?, 'f', 't', ?, '', ?, ?, '{}', '[]', 0)`,
      ...[id, status, JSON.stringify(attributes), JSON.stringify(tags)],
    );
  await device('a', 'accepted', { ram: 512, ready: true, 'net.if': 'ü"\\' }, { 'x-y': 'line\nbreak', ring: 'early' });
  await device('b', 'accepted', { ram: '1 GB', load: 0.5 }, { ring: 'early' });
  await device('c', 'pending', { made: 'up' }, {});

  await migrate(database);

  const tags = await database.all('select name, value, device from device_tags', []);
  assert.deepEqual(tags, [
    { name: 'ring', value: '"early"', device: 'a' },
    { name: 'ring', value: '"early"', device: 'b' },
    { name: 'x-y', value: JSON.stringify('line\nbreak'), device: 'a' },
  ]);
  const reads = bindReads({ connection: database, tenant: tenantId('acme') });
  const names = (await reads.fleetNames(fleetId('f'))).map(({ kind, name, type }) => `${kind} ${name} ${type}`);
  assert.deepEqual(names, [
    'attribute load number',
    'attribute net.if string',
    'attribute ram number',
    'attribute ram string',
    'attribute ready boolean',
    'tag ring string',
    'tag x-y string',
  ]);
  const [group] = await reads.groups(fleetId('f'));
  const text = '(attribute["ram"] == "512" || attribute["ram"] == 512) && tag["x-y"] != "z"';
  assert.deepEqual(group?.filter, { text });
  database.close();
});
