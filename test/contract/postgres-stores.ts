import { after, before, describe } from 'node:test';
import type { OpenStore } from '../../packages/server/src/store/index.ts';
import { openPostgresStore, type PostgresStoreOptions } from '../../packages/server/src/store/postgres.ts';
import { type Cluster, startCluster } from '../peers/postgres/cluster.ts';
import { postgresPrograms } from '../peers/postgres/programs.ts';

let origins = 0;

/** Opens a store as one process of several would. */
export function openAt(url: string, options: Partial<PostgresStoreOptions> = {}): Promise<OpenStore> {
  origins++;
  const random = { bytes: (count: number) => new Uint8Array(count).fill(origins) };
  return openPostgresStore({ url, clock: { now: () => Date.now() }, random, patienceMs: 2_000, ...options });
}

/** Tests that share one cluster, which is started for them and ended after them. */
export function withCluster(name: string, tests: (cluster: () => Cluster) => void): void {
  const programs = postgresPrograms(name);
  if (programs === undefined) return;
  describe(name, () => {
    let cluster: Cluster | undefined;
    before(async () => {
      cluster = await startCluster(programs);
    });
    after(() => cluster?.stop());
    tests(() => {
      if (!cluster) throw new Error('The cluster has not started.');
      return cluster;
    });
  });
}

/** Opens stores on one new database for the length of a test. */
export async function withStores(
  cluster: Cluster,
  options: readonly Partial<PostgresStoreOptions>[],
  test: (stores: readonly OpenStore[], url: string) => Promise<void>,
): Promise<void> {
  const url = await cluster.createDatabase();
  const stores: OpenStore[] = [];
  try {
    for (const one of options) stores.push(await openAt(url, one));
    await test(stores, url);
  } finally {
    for (const store of stores) await store.close();
  }
}
