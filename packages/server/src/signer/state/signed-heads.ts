import type { Head } from '@fettle/trust';
import type Database from 'better-sqlite3';

/** The last checkpoint of a log that was signed. */
export interface SignedHead extends Head {
  readonly origin: string;
  readonly note: string;
}

interface HeadRow {
  readonly size: number;
  readonly root: Buffer;
}

/** What was signed last of each log; the table itself refuses that a size falls or has two roots. */
export class SignedHeads {
  readonly #find: Database.Statement<[string], HeadRow>;
  readonly #save: Database.Statement;
  readonly #count: Database.Statement<[], { readonly n: number }>;

  constructor(database: Database.Database) {
    this.#find = database.prepare('select size, root from heads where origin = ?');
    this.#save = database.prepare(`insert into heads values (?, ?, ?, ?)
      on conflict do update set size = excluded.size, root = excluded.root, note = excluded.note`);
    this.#count = database.prepare('select count(*) as n from heads');
  }

  last(origin: string): Head | undefined {
    const row = this.#find.get(origin);
    return row && { size: row.size, root: row.root };
  }

  save({ origin, size, root, note }: SignedHead): void {
    this.#save.run(origin, size, Buffer.from(root), note);
  }

  count(): number {
    return this.#count.get()?.n ?? 0;
  }
}
