import type { Writes } from '@fettle/control';
import type { TenantId } from '@fettle/model';
import type { Company } from './company.ts';
import type { Connection } from './connection.ts';
import type { GroupCommitStats } from './group-commit.ts';
import type { RunScan } from './scans/store-scans.ts';
import type { Durability } from './transactions.ts';

/** Work of one caller in a transaction. */
export type EngineWork<T> = (connection: Connection, watch: (writes: Writes) => Writes) => Promise<T>;

/** What a store runs on: one database and its ways to read and to write. */
export interface Engine {
  /** Reads what is committed. */
  readonly reader: Connection;
  /** Long reads. */
  readonly scan: RunScan;
  readonly company: Company;
  /**
   * Runs work in a transaction that many callers share; nobody else writes for the tenant meanwhile.
   * @param tenant whose objects are written; undefined for what belongs to the installation
   */
  write<T>(tenant: TenantId | undefined, work: EngineWork<T>, durability?: Durability): Promise<T>;
  stats(): GroupCommitStats;
  /** Finishes what was taken, then lets go. */
  close(): Promise<void>;
}
