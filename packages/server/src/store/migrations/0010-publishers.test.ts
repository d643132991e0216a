import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate, migrations } from '../migrations.ts';
import { openWriter } from '../sqlite-connection.ts';

test('tokens of an installation that is upgraded go on as they were, and administrators can name publishers', async () => {
  const database = openWriter(':memory:');
  await migrate(
    database,
    migrations.filter(({ version }) => version < 10),
  );
  const run = (sql: string) => database.run(sql, []);
  await run("insert into tenants (id, created_at) values ('t', 1)");
  const columns = 'tenant, id, name, hash, permissions, created_at';
  await run(
    `insert into operator_tokens (${columns}) values ('t', 'a', 'admin', 'h', '["token.write","trust.read"]', 1)`,
  );
  await run(`insert into operator_tokens (${columns}) values ('t', 'b', 'ci', 'i', '["release.publish"]', 1)`);
  await migrate(database);
  const found = await database.all(
    'select id, permissions, expires_at, confinement, publisher from operator_tokens order by id',
    [],
  );
  const rest = { expires_at: null, confinement: null, publisher: null };
  assert.deepEqual(found, [
    { id: 'a', permissions: '["token.write","publisher.write","trust.read"]', ...rest },
    { id: 'b', permissions: '["release.publish"]', ...rest },
  ]);
});
