import { createHash } from 'node:crypto';
import { FettleError } from '@fettle/model';
import { type LogSigner, vkeyOf } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { AuditLog, AuditLogStore } from './log-store.ts';

/** Store and key of the Merkle logs. */
export interface AuditLogs {
  readonly store: AuditLogStore;
  readonly signer: LogSigner;
}

/**
 * Begins a new log under a new origin where the old one cannot go on: the database was restored from a backup, or the
 * key was lost or stolen. The old log stays as it is; the act, with the digest of its last checkpoint and the reason, is
 * among the first entries of the new one.
 * @throws FettleError `wrong-state` while there is no log
 */
export async function restartAuditLog(scope: Scope, brain: Brain, logs: AuditLogs, reason: string): Promise<AuditLog> {
  demand(scope, 'audit.write');
  const { store, signer } = logs;
  const reads = store.reads(scope);
  const old = await reads.auditLog();
  if (!old) throw new FettleError('wrong-state', 'There is no audit log yet that could begin anew.');
  const [checkpoint] = await reads.checkpoints(old.number);
  const before = createHash('sha256')
    .update(checkpoint?.note ?? '')
    .digest('hex');
  const number = old.number + 1;
  const object = `audit-log/${number}`;
  const origin = `${old.origin.replace(/\/\d+$/, '')}/${number}`;
  const vkey = vkeyOf(await signer.key(origin));
  await brain.store.transact(scope, (tx) =>
    tx.appendAudit({ verb: 'audit.restarted', object, fleet: null, before, after: null, reason }),
  );
  return store.transact(scope, async (tx) => {
    const now = await tx.auditLog();
    if (now?.number !== old.number) throw new FettleError('wrong-state', 'Somebody else has just begun a new log.');
    const base = old.base + (await tx.logSize(old.number));
    const log: AuditLog = { number, origin, vkey, base, beganAt: brain.clock.now() };
    await tx.beginLog(log);
    return log;
  });
}
