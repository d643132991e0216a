import { createWorldSimulation, randomWorld, type WorldPlan } from '../../../packages/simulator/src/world/index.ts';
import { openMemoryStore } from '../invariants/memory-store.ts';

/** A random world that can be recorded: one server that does not fail, one rollout. */
export function recordableWorld(number: number): WorldPlan {
  const world = randomWorld(`recorded-${number}`, { replicas: 1 });
  const rollouts = world.rollouts
    .slice(0, 1)
    .map((rollout) => ({ ...rollout, afterMs: Math.min(rollout.afterMs, 3_600_000) }));
  const acts = world.acts.filter((act) => !('rollout' in act) || act.rollout === 0);
  const faults = world.faults.filter(({ kind }) => kind === 'blackout');
  return { ...world, storeDelayMs: 0, faults, rollouts, acts };
}

/** The first of those worlds with a fleet of some size. */
export function largerWorld(devices: number): WorldPlan {
  for (let number = 0; number < 50; number++) {
    const world = recordableWorld(number);
    if (world.devices.length >= devices) return world;
  }
  throw new Error(`none of 50 random worlds has ${devices} devices`);
}

/** Lets a world happen over the real store and records it. */
export async function recordWorld(plan: WorldPlan) {
  const simulation = await createWorldSimulation({ plan, openStore: openMemoryStore, log: 'nothing', record: true });
  const { recording } = await simulation.run();
  if (!recording) throw new Error('the world was not recorded');
  return recording;
}

/** To everybody, in one phase, without a limit that would hold anybody back. */
export const simpleRollout: WorldPlan['rollouts'][number] = {
  afterMs: 60_000,
  version: '2.0.0',
  group: 'all',
  plan: {
    phases: [
      {
        name: 'all',
        size: { share: 1 },
        maxInFlight: 100,
        failureThreshold: { share: 0.9 },
        successShare: 0.9,
        minSoakMs: 0,
        promote: 'automatic',
      },
    ],
    onFail: 'pause',
    maxAttempts: 3,
    retryBackoffMs: 60_000,
    policy: {},
  },
  start: true,
  reason: 'a test says so',
};
