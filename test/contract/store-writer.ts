import { openSqliteStore } from '../../packages/server/src/store/index.ts';
import { acme, deviceOf, eventOf, scopeOf } from './store-fixtures.ts';

// Writes as fast as it can and says what was acknowledged, until it is killed.
const [file = '', prefix = ''] = process.argv.slice(2);
const store = await openSqliteStore({
  file,
  clock: { now: () => 1 },
  random: { bytes: (count) => new Uint8Array(count) },
});
const scope = scopeOf(acme);
let next = 0;

async function writeForEver(): Promise<never> {
  for (;;) {
    const id = `${prefix}-${next++}`;
    await store.transact(scope, async (tx) => {
      await tx.insertDevice(deviceOf(id));
      await tx.appendAudit(eventOf(`device/${id}`));
    });
    // A pipe is written at once: what the parent reads was acknowledged.
    process.stdout.write(`${id}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, writeForEver));
