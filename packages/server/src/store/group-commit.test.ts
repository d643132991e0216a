import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Connection } from './connection.ts';
import { GroupCommit, type GroupCommitOptions } from './group-commit.ts';
import { openWriter } from './sqlite-connection.ts';
import { SqliteTransactions } from './sqlite-transactions.ts';

interface Table {
  readonly commits: GroupCommit;
  add(name: string): Promise<void>;
  names(): Promise<string[]>;
  /** Runs a statement past the group commit. */
  sql(text: string): Promise<unknown>;
}

/** A table of names, written through a group commit. */
async function openTable(options: GroupCommitOptions = {}): Promise<Table> {
  const connection = openWriter(':memory:');
  await connection.run('create table names (name text not null unique)', []);
  const commits = new GroupCommit(new SqliteTransactions(connection, () => {}), options);
  return {
    commits,
    add: (name) => commits.run((tx) => add(tx, name)),
    names: async () => (await connection.all<{ name: string }>('select name from names', [])).map((row) => row.name),
    sql: (text) => (text.startsWith('pragma') ? connection.all(text, []) : connection.run(text, [])),
  };
}

async function add(connection: Connection, name: string): Promise<void> {
  await connection.run('insert into names values (?)', [name]);
}

const codes = (settled: readonly PromiseSettledResult<unknown>[]): string[] =>
  settled.map((one) => (one.status === 'fulfilled' ? 'ok' : String(one.reason.code)));

describe('group commit', () => {
  it('commits what came in one turn of the event loop once', async () => {
    const { commits, add, names } = await openTable();
    await Promise.all(['a', 'b', 'c'].map(add));
    assert.deepEqual(await names(), ['a', 'b', 'c']);
    assert.deepEqual(commits.stats(), {
      tasks: 3,
      failedTasks: 0,
      batches: 1,
      failedBatches: 0,
      largestBatch: 3,
      queued: 0,
    });
  });

  it('waits for the disk for whoever asks for it, and never lets others take that away', async () => {
    const { commits } = await openTable();
    const synchronous = async (connection: Connection) =>
      (await connection.all<{ synchronous: number }>('pragma synchronous', []))[0]?.synchronous;
    const seen = await Promise.all([
      commits.run(synchronous, 'relaxed'),
      commits.run(synchronous),
      commits.run(synchronous, 'relaxed'),
      commits.run(synchronous, 'relaxed'),
      commits.run(synchronous),
    ]);
    const [normal, full] = [1, 2];
    assert.deepEqual(seen, [normal, full, normal, normal, full]);
    assert.equal(commits.stats().batches, 4);
  });

  it('bounds a batch by count and goes on with the next', async () => {
    const { commits, add, names } = await openTable({ mostTasks: 2 });
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map(add));
    assert.equal((await names()).length, 5);
    assert.equal(commits.stats().batches, 3);
    assert.equal(commits.stats().largestBatch, 2);
  });

  it('turns callers away when too many wait', async () => {
    const { add, names } = await openTable({ mostQueued: 2 });
    const settled = await Promise.allSettled(['a', 'b', 'c'].map(add));
    assert.deepEqual(codes(settled), ['ok', 'ok', 'overloaded']);
    assert.deepEqual(await names(), ['a', 'b']);
  });

  it('answers everybody of the batch with storage-full when the database can grow no more, and recovers', async () => {
    const { commits, add, names, sql } = await openTable();
    await add('before');
    await sql('pragma max_page_count = 6');
    const big = 'x'.repeat(3_000);
    const settled = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => add(`${i} ${big}`)));
    const found = new Set(codes(settled));
    assert.ok(found.has('storage-full'));
    for (const code of found) assert.ok(code === 'ok' || code === 'storage-full', code);
    const kept = settled.flatMap((one, i) => (one.status === 'fulfilled' ? [`${i} ${big}`] : []));
    assert.deepEqual(await names(), ['before', ...kept]);
    await sql('pragma max_page_count = 10000');
    await add('after');
    assert.ok((await names()).includes('after'));
    assert.equal(commits.stats().queued, 0);
  });

  it('refuses the whole batch when the commit fails, and keeps nothing of it', async () => {
    const { commits, add, names, sql } = await openTable();
    await sql('create table child (name text references names (name) deferrable initially deferred)');
    const addOrphan = () => commits.run((tx) => tx.run("insert into child values ('nobody')", []));
    const settled = await Promise.allSettled([add('a'), addOrphan(), add('b')]);
    assert.deepEqual(codes(settled), ['not-found', 'not-found', 'not-found']);
    assert.deepEqual(await names(), []);
    assert.equal(commits.stats().failedBatches, 1);
    await add('c');
    assert.deepEqual(await names(), ['c']);
  });

  it('tells everybody when the database gives the transaction up in the middle', async () => {
    const { commits, add, names } = await openTable();
    const lose = (): Promise<void> =>
      commits.run(async (tx) => {
        await tx.run('rollback', []);
        throw Object.assign(new Error('lost'), { code: 'lost' });
      });
    const settled = await Promise.allSettled([add('a'), lose(), add('b')]);
    assert.deepEqual(codes(settled), ['lost', 'lost', 'ok']);
    assert.deepEqual(await names(), ['b']);
  });

  it('gives up work that waits for something else, and nothing but it', async () => {
    const { commits, add, names } = await openTable({ taskMs: 50 });
    const stick = (): Promise<void> =>
      commits.run(async (tx) => {
        await tx.run("insert into names values ('stuck')", []);
        await new Promise(() => {});
      });
    const settled = await Promise.allSettled([add('a'), stick(), add('b')]);
    assert.deepEqual(codes(settled), ['ok', 'internal', 'ok']);
    assert.deepEqual(await names(), ['a', 'b']);
  });

  it('answers callers with the error when not even a transaction can begin', async () => {
    const { add, names, sql } = await openTable();
    await sql('begin');
    const settled = await Promise.allSettled([add('a'), add('b')]);
    assert.deepEqual(codes(settled), ['internal', 'internal']);
    await add('c');
    assert.deepEqual(await names(), ['c']);
  });

  it('finishes what it took before it closes', async () => {
    const { commits, add, names } = await openTable({ mostTasks: 1 });
    const added = ['a', 'b', 'c'].map(add);
    await commits.close();
    assert.deepEqual(await names(), ['a', 'b', 'c']);
    await Promise.all(added);
    await assert.rejects(add('late'), { code: 'overloaded' });
  });
});
