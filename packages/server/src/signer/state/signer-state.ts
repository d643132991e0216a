import type { SignedRole } from '@fettle/control';
import { digest, type Instant, type TenantId } from '@fettle/model';
import type Database from 'better-sqlite3';
import type { SignedRecord } from '../rules/signed-record.ts';
import { type LogRow, RequestLog } from './request-log.ts';
import { type SignedHead, SignedHeads } from './signed-heads.ts';

/** A file that was signed and what is kept of it. */
export interface NewRecord {
  readonly of: SignedRole;
  readonly record: SignedRecord;
  /** The whole file, of the image repository alone. */
  readonly text: string | undefined;
}

interface SignedRow {
  readonly version: number;
  readonly listed: number | null;
  readonly payload_sha256: Buffer;
  readonly file_sha256: Buffer;
  readonly file_length: number;
}

/** What was signed last, durable before any signature leaves, and the log of every request. */
export class SignerState {
  readonly #database: Database.Database;
  readonly #log: RequestLog;
  readonly heads: SignedHeads;
  readonly #last: Database.Statement<unknown[], SignedRow>;
  readonly #save: Database.Statement;
  readonly #keep: Database.Statement;
  readonly #forget: Database.Statement;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#log = new RequestLog(database);
    this.heads = new SignedHeads(database);
    this.#last = database.prepare(
      'select version, listed, payload_sha256, file_sha256, file_length from signed where tenant = ? and repository = ? and role = ? and device = ?',
    );
    this.#save = database.prepare(`insert into signed values (?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict do update set version = excluded.version, listed = excluded.listed,
        payload_sha256 = excluded.payload_sha256, file_sha256 = excluded.file_sha256, file_length = excluded.file_length`);
    this.#keep = database.prepare(
      'insert into files values (?, ?, ?, ?) on conflict do update set text = excluded.text',
    );
    this.#forget = database.prepare(
      "delete from files where tenant = ? and role = ? and role <> 'root' and version <= ?",
    );
  }

  last(of: SignedRole): SignedRecord | undefined {
    const row = this.#last.get(of.tenant, of.repository, of.role, deviceOf(of));
    if (!row) return undefined;
    const file = { version: row.version, length: row.file_length, sha256: digest(row.file_sha256.toString('hex')) };
    const payloadSha256 = row.payload_sha256.toString('hex');
    return { version: row.version, payloadSha256, file, listed: row.listed ?? undefined };
  }

  /** Writes everything or nothing; it is on the disk when this returns. */
  commit(records: readonly NewRecord[], rows: readonly LogRow[]): void {
    this.#database.transaction(() => {
      for (const { of, record, text } of records) {
        const { version, listed = null, payloadSha256, file } = record;
        const digests = [Buffer.from(payloadSha256, 'hex'), Buffer.from(file.sha256 ?? '', 'hex')];
        this.#save.run(of.tenant, of.repository, of.role, deviceOf(of), version, listed, ...digests, file.length);
        if (text !== undefined) this.#keepFile(of.tenant, { role: of.role, version, text });
      }
      for (const row of rows) this.#log.append(row);
    })();
  }

  /** Keeps verified files of an image repository. */
  keepFiles(tenant: TenantId, files: readonly RepositoryFile[], rows: readonly LogRow[]): void {
    this.#database.transaction(() => {
      for (const file of files) this.#keepFile(tenant, file);
      for (const row of rows) this.#log.append(row);
    })();
  }

  /** Checkpoints that were signed, and the rows of all that were asked for: everything or nothing. */
  commitHeads(heads: readonly SignedHead[], rows: readonly LogRow[]): void {
    this.#database.transaction(() => {
      for (const head of heads) this.heads.save(head);
      for (const row of rows) this.#log.append(row);
    })();
  }

  /** A row of the log alone; it is on the disk when this returns. */
  append(row: LogRow): void {
    this.#log.append(row);
  }

  countTime(): void {
    this.#log.countTime();
  }

  countTurnedAway(): void {
    this.#log.countTurnedAway();
  }

  /** The key that a role had at first; another one is not taken for it silently. */
  keyOf(tenant: string, role: string): string | undefined {
    const row = this.#database.prepare('select keyid from keys where tenant = ? and role = ?').get(tenant, role);
    return (row as { keyid: string } | undefined)?.keyid;
  }

  /** Who uses a key. */
  userOf(keyid: string): { readonly tenant: string; readonly role: string } | undefined {
    const row = this.#database.prepare('select tenant, role from keys where keyid = ?').get(keyid);
    return row as { tenant: string; role: string } | undefined;
  }

  saveKey(tenant: string, role: string, { keyid, at }: { readonly keyid: string; readonly at: Instant }): void {
    this.#database.prepare('insert into keys values (?, ?, ?, ?)').run(tenant, role, keyid, at);
  }

  forgetKey(tenant: string, role: string): void {
    this.#database.prepare('delete from keys where tenant = ? and role = ?').run(tenant, role);
  }

  countTenants(): number {
    return (this.#database.prepare('select count(distinct tenant) as n from keys').get() as { n: number }).n;
  }

  file(tenant: TenantId, role: string, fileVersion: number): string | undefined {
    const row = this.#database
      .prepare('select text from files where tenant = ? and role = ? and version = ?')
      .get(tenant, role, fileVersion);
    return (row as { text: string } | undefined)?.text;
  }

  /** Every version that is kept, roots in order first. */
  fileVersions(tenant: TenantId): readonly { readonly role: string; readonly version: number }[] {
    return this.#database
      .prepare(
        "select role, version from files where tenant = ? order by role <> 'root', role <> 'targets', role, version",
      )
      .all(tenant) as { role: string; version: number }[];
  }

  close(): void {
    this.#database.close();
  }

  #keepFile(tenant: TenantId, { role, version, text }: RepositoryFile): void {
    this.#keep.run(tenant, role, version, text);
    this.#forget.run(tenant, role, version - versionsKept);
  }
}

export interface RepositoryFile {
  readonly role: string;
  readonly version: number;
  readonly text: string;
}

/** Older versions of a role than the newest so many go; a root stays for ever, whoever slept walks from one to the next. */
const versionsKept = 4;

function deviceOf(of: SignedRole): string {
  return of.repository === 'director' ? of.device : '';
}
