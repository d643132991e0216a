export { type HerdOptions, type HerdResult, simulateHerd, type WaitAfterFailure } from './herd/herd.ts';
export { type Invariant, invariants, type Violation } from './judge/violation.ts';
export { randomWorld } from './random/random-world.ts';
export type { OpenWorldStore, WorldStore } from './server/world-store.ts';
export { createWorldSimulation, type WorldResult, type WorldSimulation } from './simulation.ts';
export type { Act, Chances, DeviceHabits, DevicePlan, Fault, ReleasePlan, WorldPlan } from './world-plan.ts';
