import { FettleError } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { AuditLogStore } from './log-store.ts';

export interface Erasure {
  /** Number of the event. */
  readonly sequence: number;
  readonly reason: string;
}

/**
 * Erases the operator's name and the free text of an event, with the salts of their commitments: every proof stays
 * valid, and what was erased cannot be found by trying.
 * @throws FettleError `not-found`; `wrong-state` while the event is not in the log yet
 */
export async function eraseAuditTexts(scope: Scope, brain: Brain, store: AuditLogStore, asked: Erasure): Promise<void> {
  demand(scope, 'audit.write');
  const { sequence, reason } = asked;
  const reads = store.reads(scope);
  const log = await reads.auditLog();
  const sequenced = log ? log.base + (await reads.logSize(log.number)) : 0;
  if (sequence > sequenced) {
    throw new FettleError('wrong-state', `The event ${sequence} is not in the log yet: try again in a second.`);
  }
  // First that it is told, then that it is done: if the second fails, it is asked for again.
  await brain.store.transact(scope, (tx) =>
    tx.appendAudit({
      verb: 'audit.erased',
      object: `audit-event/${sequence}`,
      fleet: null,
      before: null,
      after: null,
      reason,
    }),
  );
  await store.transact(scope, (tx) => tx.eraseTexts(sequence));
}
