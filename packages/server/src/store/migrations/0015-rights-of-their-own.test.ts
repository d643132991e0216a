import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate, migrations } from '../migrations.ts';
import { openWriter } from '../sqlite-connection.ts';

test('administrators of an installation that is upgraded keep the rights that were split, others do not get them', async () => {
  const database = openWriter(':memory:');
  await migrate(
    database,
    migrations.filter(({ version }) => version < 15),
  );
  await database.run("insert into tenants (id, created_at) values ('t', 1)", []);
  const tokens = {
    admin: ['fleet.read', 'fleet.write', 'token.write', 'person.write'],
    desk: ['person.write'],
    ops: ['fleet.write'],
    minter: ['token.write'],
  };
  for (const [id, permissions] of Object.entries(tokens)) {
    await database.run(
      `insert into operator_tokens (tenant, id, name, hash, permissions, created_at)
        values ('t', '${id}', '${id}', '${id}', '${JSON.stringify(permissions)}', 1)`,
      [],
    );
    const body = JSON.stringify({ name: 'fleet.write', roles: [], permissions, fullName: 'person.write' });
    await database.run(`insert into people (tenant, id, name, body) values ('t', '${id}', '${id}', '${body}')`, []);
  }
  await migrate(database);
  const expected = {
    ...tokens,
    admin: ['fleet.read', 'fleet.write', 'policy.write', 'token.write', 'person.write', 'role.write'],
  };
  const rows = await database.all<{ id: string; permissions: string }>(
    'select id, permissions from operator_tokens',
    [],
  );
  assert.deepEqual(Object.fromEntries(rows.map(({ id, permissions }) => [id, JSON.parse(permissions)])), expected);
  const people = await database.all<{ id: string; body: string }>('select id, body from people', []);
  for (const { id, body } of people) {
    const permissions = expected[id as keyof typeof expected];
    assert.deepEqual(JSON.parse(body), { name: 'fleet.write', roles: [], permissions, fullName: 'person.write' });
  }
});
