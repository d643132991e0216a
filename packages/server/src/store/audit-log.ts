import type { AuditLogReads, AuditLogStore, AuditLogWrites } from '@fettle/control';
import type { Instant } from '@fettle/model';
import { auditReads } from './audit.ts';
import { logReads } from './audit-log-reads.ts';
import { logWrites } from './audit-log-writes.ts';
import { dutyWrites } from './duties.ts';
import type { Engine } from './engine.ts';
import { binder, type ReadPlace, type WritePlace } from './methods.ts';

const readTable = { ...logReads, ...auditReads };
const writeTable = { ...readTable, ...logWrites, ...dutyWrites };
const bindReads: (place: ReadPlace) => AuditLogReads = binder<ReadPlace, typeof readTable>(readTable);
const bindWrites: (place: WritePlace) => AuditLogWrites = binder<WritePlace, typeof writeTable>(writeTable);

/** The Merkle logs, in the database of the events: their writes wait in the same queues, one at a time for a tenant. */
export function auditLogStore(engine: Pick<Engine, 'reader' | 'write'>, now: () => Instant): AuditLogStore {
  return {
    reads: ({ tenant }) => bindReads({ connection: engine.reader, tenant }),
    transact: ({ tenant, actor }, work) =>
      engine.write(tenant, (connection) => work(bindWrites({ connection, tenant, actor, now }))),
  };
}
