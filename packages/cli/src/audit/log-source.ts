import type { AuditEventView, AuditLogView, AuditSaltView } from '@fettle/api';

/** Where a log is read from: a server, or what was exported from one. Nothing of it is believed. */
export interface LogSource {
  readonly name: string;
  log(): Promise<AuditLogView>;
  /** A file of the log: `checkpoint` or the path of a tile. @throws when it is not there */
  file(path: string): Promise<Uint8Array>;
  /** Events after a number, oldest first. */
  events(after: number): AsyncIterable<AuditEventView>;
  /** Salts of events after a number, in their order. */
  salts(after: number): AsyncIterable<AuditSaltView>;
}
