import type { AuditLogStore, Clock, Randomness, Store } from '@fettle/control';
import type { Company } from './company.ts';
import type { GroupCommitOptions, GroupCommitStats } from './group-commit.ts';

export interface StoreLogger {
  error(details: object, message: string): void;
}

export interface StoreOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Randomness;
  readonly logger?: StoreLogger | undefined;
  /** How often last-seen times are written. */
  readonly seenFlushMs?: number | undefined;
  readonly commit?: GroupCommitOptions | undefined;
}

export interface StoreStats extends GroupCommitStats {
  /** Last-seen times that wait to be written. */
  readonly seenBuffered: number;
}

/** A store with a lifetime. */
export interface OpenStore extends Store, Company {
  readonly auditLog: AuditLogStore;
  /** Writes last-seen times now instead of in some seconds. */
  flushSeen(): Promise<void>;
  stats(): StoreStats;
  /** Finishes everything that was taken, then lets go of the database. */
  close(): Promise<void>;
}
