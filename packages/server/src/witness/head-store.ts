import { FettleError } from '@fettle/model';
import type { Hash, Head } from '@fettle/trust';
import Database from 'better-sqlite3';

/** What was last signed of a log, with its note. */
export interface SignedHead extends Head {
  readonly note: string;
}

/** What came of a look at a head: what it is from now on, if anything changes, and what the caller is told. */
export interface HeadMove<T> {
  readonly next?: SignedHead;
  readonly answer: T;
}

/** Remembers the last that was signed of each log, durably, in a small file of its own. */
export interface HeadStore {
  last(origin: string): SignedHead | undefined;
  /** Looks at the head and moves it in one step: of several processes that try at once, one comes after the other. */
  move<T>(origin: string, look: (last: SignedHead | undefined) => HeadMove<T>): T;
  /** Keeps a request that may prove that a log misbehaves; the newest 1,000. */
  keepRefused(refused: {
    readonly origin: string;
    readonly why: string;
    readonly body: string;
    readonly at: number;
  }): void;
  refused(): readonly { readonly origin: string; readonly why: string; readonly body: string }[];
  close(): void;
}

const mostRefused = 1_000;

interface HeadRow {
  readonly size: number;
  readonly root: string;
  readonly note: string;
}

/** Opens the file; made when absent. @throws FettleError `wrong-state` when it is no such file */
export function openHeadStore(file: string): HeadStore {
  const database = open(file);
  const find = database.prepare<[string], HeadRow>('select size, root, note from heads where origin = ?');
  const save = database.prepare(
    `insert into heads values (?, ?, ?, ?) on conflict (origin)
     do update set size = excluded.size, root = excluded.root, note = excluded.note where excluded.size >= heads.size`,
  );
  const keep = database.prepare('insert into refused (origin, why, body, at) values (?, ?, ?, ?)');
  const forget = database.prepare('delete from refused where id <= (select max(id) from refused) - ?');
  const last = (origin: string): SignedHead | undefined => {
    const row = find.get(origin);
    return row && { size: row.size, root: Buffer.from(row.root, 'base64'), note: row.note };
  };
  return {
    last,
    move(origin, look) {
      // `immediate` takes the only right to write before it reads.
      return database
        .transaction(() => {
          const { next, answer } = look(last(origin));
          if (next) save.run(origin, next.size, base64(next.root), next.note);
          return answer;
        })
        .immediate();
    },
    keepRefused({ origin, why, body, at }) {
      database
        .transaction(() => {
          keep.run(origin, why, body, at);
          forget.run(mostRefused);
        })
        .immediate();
    },
    refused: () =>
      database
        .prepare<[], { origin: string; why: string; body: string }>('select origin, why, body from refused order by id')
        .all(),
    close: () => database.close(),
  };
}

function open(file: string): Database.Database {
  try {
    const database = new Database(file, { timeout: 5_000 });
    database.pragma('journal_mode = wal');
    database.pragma('synchronous = full');
    database.exec(
      `create table if not exists heads (
         origin text not null primary key, size integer not null, root text not null, note text not null) strict;
       create table if not exists refused (
         id integer primary key, origin text not null, why text not null, body text not null, at integer not null) strict`,
    );
    return database;
  } catch (cause) {
    throw new FettleError('wrong-state', `The file ${file}, which remembers what was signed, cannot be used.`, {
      cause,
    });
  }
}

function base64(hash: Hash): string {
  return Buffer.from(hash).toString('base64');
}
