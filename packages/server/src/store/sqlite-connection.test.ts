import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openReader, openWriter } from './sqlite-connection.ts';

async function inFolder(test: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-sqlite-'));
  try {
    await test(join(folder, 'a.db'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('SQLite connection', () => {
  it('commits to the disk itself and checks references', () =>
    inFolder(async (file) => {
      const writer = openWriter(file);
      assert.deepEqual(await writer.all('pragma synchronous', []), [{ synchronous: 2 }]);
      assert.deepEqual(await writer.all('pragma journal_mode', []), [{ journal_mode: 'wal' }]);
      assert.deepEqual(await writer.all('pragma foreign_keys', []), [{ foreign_keys: 1 }]);
      writer.close();
    }));

  it('runs more different statements than it keeps ready', async () => {
    const writer = openWriter(':memory:');
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 700; i++) assert.deepEqual(await writer.all(`select ${i} as n`, []), [{ n: i }]);
    }
    writer.close();
  });

  it('tells what went wrong in codes', () =>
    inFolder(async (file) => {
      const writer = openWriter(file);
      await writer.run('create table t (id text not null primary key)', []);
      await writer.run("insert into t values ('a')", []);
      await assert.rejects(writer.run("insert into t values ('a')", []), { code: 'already-exists' });
      await assert.rejects(writer.run('insert into t values (null)', []), { code: 'internal' });
      await assert.rejects(writer.all('select nonsense', []), { code: 'internal' });
      const other = openWriter(file);
      other.execute('begin immediate');
      await assert.rejects(writer.run("insert into t values ('b')", []), { code: 'overloaded' });
      other.close();
      writer.close();
    }));

  it('keeps a reader at what it saw until it is told of a commit, and never lets it write', () =>
    inFolder(async (file) => {
      const writer = openWriter(file);
      await writer.run('create table t (id text)', []);
      const reader = openReader(file);
      const count = async () => (await reader.all<{ n: number }>('select count(*) as n from t', []))[0]?.n;
      assert.equal(await count(), 0);
      await writer.run("insert into t values ('a')", []);
      reader.refresh();
      assert.equal(await count(), 1);
      await assert.rejects(reader.run("insert into t values ('b')", []), { code: 'internal' });
      reader.close();
      writer.close();
    }));
});
