import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { bytesSource } from '@fettle/images';
import fc from 'fast-check';
import { openSqlite, SqliteDamaged } from './sqlite-file.ts';
import type { SqliteValue } from './sqlite-record.ts';
import { tableRows } from './sqlite-table.ts';

type Row = readonly (null | number | string | Uint8Array)[];
let made = 0;

/** A database file that SQLite itself wrote. */
function writeDatabase(rows: readonly Row[], pageBytes: number): Buffer {
  const file = join(tmpdir(), `fettle-sqlite-${process.pid}-${made++}.db`);
  const database = new DatabaseSync(file);
  database.exec(
    `PRAGMA page_size = ${pageBytes}; CREATE TABLE Other (a); CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, a, b);`,
  );
  database.exec('CREATE INDEX ByA ON Packages (a); BEGIN');
  const insert = database.prepare('INSERT INTO Packages (a, b) VALUES (?, ?)');
  for (const [a = null, b = null] of rows) insert.run(a, b);
  database.exec('COMMIT');
  database.close();
  const bytes = readFileSync(file);
  rmSync(file);
  return bytes;
}

async function readAll(bytes: Uint8Array): Promise<SqliteValue[][]> {
  const rows: SqliteValue[][] = [];
  for await (const row of tableRows(await openSqlite(bytesSource(bytes)), 'Packages')) rows.push(row);
  return rows;
}

const value = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -(2 ** 47), max: 2 ** 47 }),
  fc.double({ noNaN: true }),
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
  fc.uint8Array({ maxLength: 9_000, size: 'max' }),
);

test('rows that SQLite wrote are read as they were, on pages of every size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(value, value), { maxLength: 60 }),
      fc.constantFrom(512, 1_024, 4_096, 65_536),
      async (rows, pageBytes) => {
        const read = await readAll(writeDatabase(rows, pageBytes));
        // The row id is not written a second time; -0 is written as 0.
        const plain = (row: readonly unknown[]) =>
          row.map((one) => (one instanceof Uint8Array ? Buffer.from(one) : one === 0 ? 0 : one));
        assert.deepEqual(
          read.map((row) => plain(row.slice(1))),
          rows.map(plain),
        );
      },
    ),
    { numRuns: 25 },
  );
});

test('a thousand rows on small pages come in their order', async () => {
  const rows = Array.from({ length: 1_000 }, (_, at): Row => [at, Buffer.alloc(at % 700, at)]);
  const read = await readAll(writeDatabase(rows, 512));
  assert.deepEqual(
    read.map(([, a]) => a),
    rows.map(([a]) => a),
  );
});

test('bytes that are changed end in a clear error or in rows, never in a loop', async () => {
  const good = writeDatabase(
    Array.from({ length: 200 }, (_, at): Row => [at, 'x'.repeat(at * 3)]),
    512,
  );
  const change = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(change, async (changes) => {
      const bytes = Buffer.from(good);
      for (const [at, byte] of changes) bytes[at] = byte;
      try {
        assert.ok((await readAll(bytes)).length < 100_000);
      } catch (error) {
        assert.ok(error instanceof SqliteDamaged, String(error));
      }
    }),
    { numRuns: 300 },
  );
});

test('a page that leads to itself is found', async () => {
  const bytes = writeDatabase(
    Array.from({ length: 400 }, (_, at): Row => [at, 'x'.repeat(100)]),
    512,
  );
  const root =
    Array.from({ length: bytes.length / 512 }, (_, at) => at).find((at) => at > 0 && bytes[at * 512] === 0x05) ?? 0;
  bytes.writeUInt32BE(root + 1, root * 512 + 8);
  await assert.rejects(readAll(bytes), /found page \d+ again/);
});

test('other bytes are no database', async () => {
  await assert.rejects(openSqlite(bytesSource(Buffer.alloc(4_096))), SqliteDamaged);
  await assert.rejects(openSqlite(bytesSource(Buffer.alloc(10))), SqliteDamaged);
});
