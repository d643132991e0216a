import { join } from 'node:path';
import { createBrain, tickRollouts } from '@fettle/control';
import { openDiskArtifacts } from '../../../packages/server/src/artifacts/index.ts';
import { openSqliteStore } from '../../../packages/server/src/store/index.ts';

/** Opens the data of a server that has stopped and lets time pass over it: every deadline of a silent device comes. */
export async function letTimePass(dataDir: string, elapsedMs: number): Promise<void> {
  const clock = { now: () => Date.now() + elapsedMs, turn: async () => {} };
  const random = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };
  const store = await openSqliteStore({ file: join(dataDir, 'fettle.db'), clock, random });
  try {
    const artifacts = await openDiskArtifacts({ folder: join(dataDir, 'artifacts'), openUploads: new Set() });
    const brain = await createBrain({ store, artifacts, clock, random, notifier: { fleetChanged() {} } });
    await tickRollouts(brain);
  } finally {
    await store.close();
  }
}
