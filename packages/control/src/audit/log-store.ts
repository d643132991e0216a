import type { AuditEvent, Instant } from '@fettle/model';
import type { CommittedField } from '@fettle/trust';
import type { Scope } from '../access/scope.ts';
import type { AuditQuery, Page } from '../ports.ts';

/** One log of a tenant; a new one begins only when the old one cannot go on. Hashes and keys are text in all rows. */
export interface AuditLog {
  /** 1, 2, 3 … */
  readonly number: number;
  readonly origin: string;
  /** The key that its checkpoints are signed with. */
  readonly vkey: string;
  /** Events of the tenant that came before it: entry 0 is the event with the next number. */
  readonly base: number;
  readonly beganAt: Instant;
}

export interface LogEntryRow {
  readonly index: number;
  readonly entry: string;
  /** Leaf hash, base64. */
  readonly leaf: string;
}

/** A tile that is whole. */
export interface LogTileRow {
  readonly level: number;
  readonly index: number;
  /** 256 hashes, base64. */
  readonly hashes: string;
  readonly root: string;
}

export interface StoredCheckpoint {
  readonly size: number;
  /** Signed by the log, without cosignatures. */
  readonly note: string;
  readonly signedAt: Instant;
  /** Signature lines of witnesses. */
  readonly cosignatures: readonly string[];
}

export interface Cosignature {
  readonly checkpoint: StoredCheckpoint;
  readonly witness: string;
  readonly line: string;
}

export interface SaltRow {
  /** Number of the event. */
  readonly sequence: number;
  readonly field: CommittedField;
  /** Hexadecimal. */
  readonly salt: string;
}

/** Consecutive rows: `count` of them from `from` on. */
export interface RowRange {
  readonly from: number;
  readonly count: number;
}

export interface AuditLogReads {
  /** The newest log; undefined before the first entry was ever written. */
  auditLog(): Promise<AuditLog | undefined>;
  /** Every log, oldest first. */
  auditLogs(): Promise<readonly AuditLog[]>;
  logSize(log: number): Promise<number>;
  logEntries(log: number, range: RowRange): Promise<readonly LogEntryRow[]>;
  /** Leaf hashes only, base64. */
  logLeaves(log: number, range: RowRange): Promise<readonly string[]>;
  /** Whole tiles of a level. */
  logTiles(log: number, level: number, range: RowRange): Promise<readonly LogTileRow[]>;
  /** Roots of whole tiles of a level: the hashes one level up. */
  tileRoots(log: number, level: number, range: RowRange): Promise<readonly string[]>;
  /** Newest first: the newest, and the newest that a witness has cosigned. */
  checkpoints(log: number): Promise<readonly StoredCheckpoint[]>;
  /** Salts of events from a number on. */
  salts(range: RowRange): Promise<readonly SaltRow[]>;
  auditEvents(query: AuditQuery): Promise<Page<AuditEvent>>;
}

export interface AuditLogWrites extends AuditLogReads {
  beginLog(log: AuditLog): Promise<void>;
  appendLog(log: number, entries: readonly LogEntryRow[], tiles: readonly LogTileRow[]): Promise<void>;
  saveSalts(salts: readonly SaltRow[]): Promise<void>;
  /** Keeps it, and of earlier ones the newest that a witness has cosigned. */
  saveCheckpoint(log: number, checkpoint: StoredCheckpoint): Promise<void>;
  /** Keeps a witness's line with the checkpoint that it is for. */
  saveCosignature(log: number, cosignature: Cosignature): Promise<void>;
  /** Forgets the salts of an event, and what they were for. */
  eraseTexts(sequence: number): Promise<void>;
  demandTerm(duty: string, term: number): Promise<void>;
}

/** Where the Merkle logs over audit events live: beside the events, in the same database. */
export interface AuditLogStore {
  reads(scope: Scope): AuditLogReads;
  /** As `Store.transact`. */
  transact<T>(scope: Scope, work: (tx: AuditLogWrites) => Promise<T>): Promise<T>;
}
