import { FettleError } from '@fettle/model';
import type { Connection } from './connection.ts';
import type { Migration } from './migration.ts';
import { firstSchema } from './migrations/0001-first-schema.ts';
import { plans } from './migrations/0002-plans.ts';
import { names } from './migrations/0003-names.ts';
import { duties } from './migrations/0004-duties.ts';
import { gates } from './migrations/0005-gates.ts';
import { segments } from './migrations/0006-segments.ts';
import { auditLog } from './migrations/0007-audit-log.ts';
import { trust } from './migrations/0008-trust.ts';
import { imagePolicy } from './migrations/0009-image-policy.ts';
import { publishers } from './migrations/0010-publishers.ts';
import { checks } from './migrations/0011-checks.ts';
import { people } from './migrations/0012-people.ts';
import { vulnerabilities } from './migrations/0013-vulnerabilities.ts';
import { lookedAtAgain } from './migrations/0014-looked-at-again.ts';
import { rightsOfTheirOwn } from './migrations/0015-rights-of-their-own.ts';

export const migrations: readonly Migration[] = [
  ...[firstSchema, plans, names, duties, gates, segments, auditLog, trust],
  ...[imagePolicy, publishers, checks, people, vulnerabilities, lookedAtAgain, rightsOfTheirOwn],
];

/**
 * Brings a database to the newest schema, each step in a transaction of its own.
 * @throws FettleError `wrong-state` when a newer Fettle has written the database
 */
export async function migrate(connection: Connection, steps: readonly Migration[] = migrations): Promise<void> {
  await connection.run(
    'create table if not exists schema_migrations (version integer not null primary key, name text not null)',
    [],
  );
  const newest = steps.at(-1)?.version ?? 0;
  const rows = await connection.all<{ version: number }>('select version from schema_migrations', []);
  const found = Math.max(0, ...rows.map((row) => row.version));
  if (found > newest) {
    throw new FettleError(
      'wrong-state',
      `The database has schema ${found}, this Fettle knows up to ${newest}: a newer version wrote it. ` +
        'Start that version again, or restore the backup made before the upgrade.',
      { details: { found, newest } },
    );
  }
  const applied = new Set(rows.map((row) => row.version));
  for (const step of steps) if (!applied.has(step.version)) await apply(connection, step);
}

async function apply(connection: Connection, step: Migration): Promise<void> {
  const { dialect } = connection;
  const words = { narrow: dialect.narrowTable, jsonEntries: dialect.jsonEntries, frozen: dialect.frozen };
  await connection.run(dialect.begin, []);
  try {
    for (const statement of step.statements(words)) {
      await connection.run(dialect.migration(statement), []);
    }
    await connection.run(
      `insert into schema_migrations (version, name) values (${step.version}, '${step.name.replaceAll("'", "''")}')`,
      [],
    );
    await connection.run('commit', []);
  } catch (error) {
    await connection.run('rollback', []);
    throw error;
  }
}
