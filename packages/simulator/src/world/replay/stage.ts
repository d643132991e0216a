import {
  type Brain,
  createBrain,
  type PlanInput,
  phasesOf,
  policyOf,
  type Scans,
  type Scope,
  serverScope,
} from '@fettle/control';
import type { DeploymentId, Device, Instant, Release, Rollout } from '@fettle/model';
import { createBytes } from '../kernel/dice.ts';
import { createMemoryStore } from '../memory/memory-store.ts';
import type { SeenTimes } from '../memory/tables.ts';
import { noArtifacts } from '../server/artifacts.ts';
import type { WorldStore } from '../server/world-store.ts';
import { decisionOf } from './decisions.ts';
import type { RecordedDecision, RecordedFleet, Recording } from './recording.ts';

/** Where a recorded fleet is decided anew. */
export interface Stage {
  readonly brain: Brain;
  readonly store: WorldStore & { readonly tables: ReturnType<typeof createMemoryStore>['tables'] };
  readonly clock: { now: Instant };
  readonly decisions: RecordedDecision[];
  /** Until when the hold that was just decided stays one by itself; taken and forgotten. */
  takeStability(): Instant | undefined;
  /** Whether something of the fleet changed but counts; taken and forgotten. */
  takeChange(): boolean;
}

/** What decisions of the fleet rest on. */
export type KnownContext = Awaited<ReturnType<Brain['contexts']['get']>>;

/** What decisions rest on now; undefined when something of it has to be read. */
export function peekContext({ brain }: Stage, { fleet }: Pick<RecordedFleet, 'fleet'>): KnownContext | undefined {
  return brain.contexts.peek(fleet.tenant, fleet.id);
}

export function readContext({ brain }: Stage, { fleet }: Pick<RecordedFleet, 'fleet'>): Promise<KnownContext> {
  return brain.contexts.get(fleet.tenant, fleet.id);
}

/** The key of every recorded device: nobody signs anything in a replay. */
export const recordedKey = 'recorded';

/** Sets a recorded fleet up as it was at the beginning; the rollout comes when its time has come. */
export async function setStage(
  recording: Recording,
  options: {
    readonly seed: string;
    readonly clock: { now: Instant };
    readonly seen: SeenTimes;
    /** Comes between the wish to count a phase and the counting, which takes its time in a server. */
    readonly measuring: () => Promise<void>;
  },
): Promise<Stage> {
  const { clock, seed, seen, measuring } = options;
  const { header } = recording;
  const decisions: RecordedDecision[] = [];
  const random = createBytes(seed);
  const times = { now: () => clock.now, turn: () => Promise.resolve() };
  const store = createMemoryStore({
    clock: times,
    random,
    seen,
    onAudit: ({ at, ...event }) => {
      const rolloutOf = (id: DeploymentId) => store.tables.deployments.get(id)?.rollout;
      const about = { at: at - header.from, rollout: recording.fleet.rollout.id, rolloutOf };
      const decision = decisionOf(event, about);
      if (decision) decisions.push(decision);
    },
  });
  await furnish(store, recording);
  let hasChanged = false;
  let stableUntil: Instant | undefined;
  const scans = (scope: Scope): Scans => {
    const known = store.scans(scope);
    const survey: Scans['survey'] = async (...asked) => {
      await measuring();
      return known.survey(...asked);
    };
    return { ...known, survey };
  };
  const counted = { ...store, scans };
  const brain = await createBrain({
    store: counted,
    artifacts: noArtifacts,
    clock: times,
    random,
    notifier: {
      fleetChanged: (_tenant, _fleet, { kind }) => {
        if (kind === 'structure') hasChanged = true;
      },
    },
  });
  // The memo of quiet check-ins is told how long a hold stays one: that is all that is wanted of it.
  const quiet: Brain['quiet'] = Object.create(brain.quiet, {
    remember: { value: (_ticket: unknown, { until }: { until: Instant }) => (stableUntil = until) },
  });
  return {
    // Nobody else is told what was written, and nothing is remembered that a write would end.
    brain: { ...brain, quiet, store: counted },
    store,
    clock,
    decisions,
    takeStability() {
      const until = stableUntil;
      stableUntil = undefined;
      return until;
    },
    takeChange() {
      const changed = hasChanged;
      hasChanged = false;
      return changed;
    },
  };
}

async function furnish(store: Stage['store'], { fleet: recorded, devices, header }: Recording): Promise<void> {
  const { fleet, groups, holds, releases } = recorded;
  await store.createTenant(fleet.tenant, header.from);
  await store.transact(serverScope(fleet.tenant), async (tx) => {
    await tx.insertFleet(fleet);
    for (const group of groups) await tx.saveGroup(group);
    for (const hold of holds) await tx.insertHold(hold);
    for (const release of releases) await tx.insertRelease({ ...release, envelope: '' } satisfies Release);
    for (const { device } of devices) await tx.insertDevice({ ...device, publicKey: recordedKey } satisfies Device);
  });
}

/** The recorded rollout as it began, or the same with another plan: id and salt stay, so that buckets do. */
export function rolloutOf({ fleet: { rollout } }: Recording, plan: PlanInput | undefined): Rollout {
  if (!plan) return rollout;
  const { onFail, maxAttempts, retryBackoffMs } = plan;
  return { ...rollout, phases: phasesOf(plan), onFail, maxAttempts, retryBackoffMs, policy: policyOf(plan.policy) };
}
