import {
  type AuditLogStore,
  type Brain,
  entriesPerBatch,
  type Scope,
  type Sequencing,
  sequenceEvents,
  serverScope,
  signNewest,
} from '@fettle/control';
import { FettleError, type TenantId } from '@fettle/model';
import type { LogSigner } from '@fettle/trust';
import type { WitnessClient } from './witness-client.ts';

export const sequencerDuty = 'audit-log';

export interface SequencerOptions {
  readonly store: AuditLogStore;
  readonly signer: LogSigner;
  /** Answers `updates.example.com/audit`: a tenant's first log is named `PREFIX/TENANT`. */
  readonly originPrefix: () => Promise<string>;
  readonly witnesses: WitnessClient;
}

/** Batches of one tenant in a round, so that others get their turn. */
const batchesPerRound = 20;

/**
 * Work for a duty: makes entries of what happened, has the log signed, shows it to the witnesses.
 * What is wrong with one tenant's log keeps nobody else's from growing.
 */
export function sequencerWork(options: SequencerOptions): (brain: Brain, term: number) => Promise<void> {
  const { store, signer, originPrefix, witnesses } = options;
  return async (brain, term) => {
    const sequencing: Sequencing = {
      store,
      signer,
      random: brain.random,
      clock: brain.clock,
      originOf: async ({ tenant }) => `${await originPrefix()}/${tenant}`,
      duty: { name: sequencerDuty, term },
    };
    const failures: unknown[] = [];
    for (const tenant of await brain.store.tenants()) {
      await growLog(tenant, sequencing, witnesses).catch((error: unknown) => failures.push(error));
    }
    const [first] = failures;
    if (first !== undefined) throw first;
  };
}

async function growLog(tenant: TenantId, sequencing: Sequencing, witnesses: WitnessClient): Promise<void> {
  const scope = serverScope(tenant);
  if (await isBehind(scope, sequencing, witnesses)) {
    for (let i = 0; i < batchesPerRound; i++) {
      if ((await sequenceEvents(scope, sequencing)) < entriesPerBatch) break;
    }
  }
  await signNewest(scope, sequencing);
}

/**
 * Whether events wait; reads only, as mostly none do.
 * @throws FettleError `wrong-state` when a witness has seen more of the log than there is, or another one
 */
async function isBehind(scope: Scope, { store }: Sequencing, witnesses: WitnessClient): Promise<boolean> {
  const reads = store.reads(scope);
  const log = await reads.auditLog();
  const [newest] = (await reads.auditEvents({ limit: 1 })).items;
  if (!newest) return false;
  if (!log) return true;
  const size = await reads.logSize(log.number);
  if (newest.sequence <= log.base + size) return false;
  const alarm = await witnesses.alarmOf(log, reads, size);
  if (alarm === undefined) return true;
  throw new FettleError('wrong-state', `The audit log ${log.origin} is not what its witnesses saw: ${alarm}`, {
    details: { origin: log.origin },
  });
}
