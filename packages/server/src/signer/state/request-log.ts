import type { Instant } from '@fettle/model';
import type Database from 'better-sqlite3';
import type { RefusalReason } from '../rules/refusal.ts';

/** One request as the signer's own log has it. */
export interface LogRow {
  readonly at: Instant;
  /** `*` for keys of the installation. */
  readonly tenant: string;
  /** `director-targets`, `image-timestamp` …, or `evidence`, `keys`, `checkpoint`, `statement`. */
  readonly what: string;
  readonly device: string;
  readonly version: number | null;
  /** Of what was to be signed, hexadecimal. */
  readonly sha256: string | null;
  readonly verdict: 'signed' | 'signed-again' | 'learned' | 'made' | 'failed' | RefusalReason;
  readonly message: string;
}

const longestMessage = 300;

/**
 * The append-only log of the signer: whoever owns the server cannot take back what it asked for. What comes by the
 * thousand and signs no metadata is counted, and the next row has the counts.
 */
export class RequestLog {
  readonly #insert: Database.Statement;
  #times = 0;
  #turnedAway = 0;

  constructor(database: Database.Database) {
    this.#insert = database.prepare(`insert into requests
      (at, tenant, what, device, version, sha256, verdict, message, times, turned_away) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  }

  append({ at, tenant, what, device, version, sha256, verdict, message }: LogRow): void {
    const hash = sha256 === null ? null : Buffer.from(sha256, 'hex');
    const text = message.slice(0, longestMessage);
    this.#insert.run(at, tenant, what, device, version, hash, verdict, text, this.#times, this.#turnedAway);
    this.#times = 0;
    this.#turnedAway = 0;
  }

  countTime(): void {
    this.#times++;
  }

  countTurnedAway(): void {
    this.#turnedAway++;
  }
}
