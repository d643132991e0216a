import assert from 'node:assert/strict';
import { it } from 'node:test';
import pg from 'pg';
import type { Connection } from '../../packages/server/src/store/connection.ts';
import { PostgresConnection } from '../../packages/server/src/store/postgres-connection.ts';
import { bindReads } from '../../packages/server/src/store/tables.ts';
import { withCluster, withStores } from './postgres-stores.ts';
import { acme, prepare } from './store-fixtures.ts';
import { everyRead } from './store-tenants.ts';

interface Plan {
  readonly read: string;
  readonly text: string;
}

withCluster('how PostgreSQL runs our queries', (cluster) => {
  it('finds everything by an index: no read has to walk a whole table', () =>
    withStores(cluster(), [{}], async ([store], url) => {
      assert.ok(store);
      await prepare(store);
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        // Tables this small are walked anyway, unless that is made dear: then only what has no index is walked.
        await client.query('set enable_seqscan = off');
        const plans: Plan[] = [];
        for (const [read, { ask }] of Object.entries(everyRead)) {
          await ask(bindReads({ connection: watch(new PostgresConnection(client), read, plans), tenant: acme }));
        }
        assert.ok(plans.length > 30);
        for (const { read, text } of plans) assert.doesNotMatch(text, /Seq Scan/, `${read}\n${text}`);
        assert.ok(plans.some(({ text }) => text.includes('deployments_by_deadline')));
      } finally {
        await client.end();
      }
    }));
});

/** Notes how the database would run every query. */
function watch(inner: Connection, read: string, plans: Plan[]): Connection {
  const note = async (sql: string, parameters: readonly unknown[]) => {
    const lines = await inner.all<{ 'QUERY PLAN': string }>(`explain ${sql}`, parameters);
    plans.push({ read, text: lines.map((line) => line['QUERY PLAN']).join('\n') });
  };
  return {
    dialect: inner.dialect,
    async all(sql, parameters) {
      await note(sql, parameters);
      return inner.all(sql, parameters);
    },
    async first(sql, parameters) {
      await note(sql, parameters);
      return inner.first(sql, parameters);
    },
    run: (sql, parameters) => inner.run(sql, parameters),
  };
}
