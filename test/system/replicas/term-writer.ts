import { serverScope } from '@fettle/control';
import { FettleError, tenantId } from '@fettle/model';
import { openPostgresStore } from '../../../packages/server/src/store/postgres.ts';

// Writes in its term without ever looking whether it still leads, and says how each write went: the fence alone is
// what stops it. It hands out one line a write: `kept TERM` or `refused TERM`.
const [url = '', tenant = ''] = process.argv.slice(2);
const store = await openPostgresStore({
  url,
  clock: { now: () => Date.now() },
  random: { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) },
  silenceMs: 1_000,
  times: { statementMs: 1_000, silentTransactionMs: 1_000 },
});
const scope = serverScope(tenantId(tenant));
const taken = Promise.withResolvers<void>();
const lead = store.lead('rollouts', taken.resolve);
await taken.promise;
const term = lead.term ?? 0;
for (;;) {
  try {
    await store.transact(scope, async (tx) => {
      await tx.demandTerm('rollouts', term);
      const event = { verb: 'fleet.changed', object: 'fleet/x', fleet: null, before: null, after: null } as const;
      await tx.appendAudit({ ...event, reason: String(term) });
    });
    process.stdout.write(`kept ${term}\n`);
  } catch (error) {
    const code = error instanceof FettleError ? error.code : String(error);
    process.stdout.write(code === 'wrong-state' ? `refused ${term}\n` : `failed ${code}\n`);
  }
}
