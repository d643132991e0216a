import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Migration } from './migration.ts';
import { migrate, migrations } from './migrations.ts';
import { openWriter } from './sqlite-connection.ts';

const step = (version: number, ...statements: string[]): Migration => ({
  version,
  name: `step ${version}, the developer's`,
  statements: () => statements,
});
const one = step(1, 'create table one (id text)');
const two = step(2, 'create table two (id text)', 'alter table one add column more text');

describe('migrations', () => {
  it('have versions 1, 2, 3 … without gaps', () => {
    assert.deepEqual(
      migrations.map(({ version }) => version),
      migrations.map((_, i) => i + 1),
    );
  });

  it('run once each, in order, also when the database has some already', async () => {
    const database = openWriter(':memory:');
    await migrate(database, [one]);
    await migrate(database, [one, two]);
    await migrate(database, [one, two]);
    await database.run("insert into one values ('a', 'b')", []);
    assert.deepEqual(await database.all('select version from schema_migrations', []), [{ version: 1 }, { version: 2 }]);
  });

  it('refuse a database that a newer version wrote, and say so', async () => {
    const database = openWriter(':memory:');
    await migrate(database, [one, two]);
    await assert.rejects(migrate(database, [one]), { code: 'wrong-state', details: { found: 2, newest: 1 } });
  });

  it('leave nothing of a step that fails, and go on from there when it is mended', async () => {
    const database = openWriter(':memory:');
    const broken = step(2, 'create table two (id text)', 'create nonsense');
    await assert.rejects(migrate(database, [one, broken]), { code: 'internal' });
    await migrate(database, [one, two]);
    assert.deepEqual(await database.all('select id from two', []), []);
  });
});
