import { promoteRollout } from '@fettle/control';
import { act } from './acts.ts';
import type { Staged } from './play.ts';
import type { Offset, RecordedAct, Recording } from './recording.ts';
import { rolloutOf, type Stage } from './stage.ts';

/** Something that is done at a moment. */
export interface Pending {
  readonly at: Offset;
  run(stage: Stage): Promise<unknown>;
}

const ofRollout: ReadonlySet<RecordedAct['kind']> = new Set<RecordedAct['kind']>([
  'pause',
  'resume',
  'abort',
  'promote',
  'send-back',
]);

/** The beginning of the rollout and what people did, in order of time. */
export function actsDue({ recording, options: { plan } }: Staged): Pending[] {
  const rollout = rolloutOf(recording, plan);
  const begin = {
    at: recording.fleet.startedAt,
    run: async ({ store, brain }: Stage) => {
      const { tenant } = recording.fleet.fleet;
      await store.transact({ tenant, actor: rollout.createdBy, permissions: new Set() }, (tx) =>
        tx.insertRollout(rollout),
      );
      brain.contexts.structureChanged(tenant, rollout.fleet);
      brain.notifier.fleetChanged(tenant, rollout.fleet, { kind: 'structure' });
    },
  };
  // What people did to the rollout answered what it did: to another plan they would have answered otherwise.
  const kept = plan ? recording.acts.filter(({ kind }) => !ofRollout.has(kind)) : recording.acts;
  return [begin, ...kept.map((one) => ({ at: one.at, run: (stage: Stage) => act(stage.brain, recording, one) }))].sort(
    (a, b) => a.at - b.at,
  );
}

/** Plays the person whom a phase of another plan waits for, by that plan or because its gate cannot learn more. */
export async function promoteIfWaiting({ stage, recording, options, clock }: Staged): Promise<void> {
  if (!options.plan) return;
  const { tenant } = recording.fleet.fleet;
  const rollout = stage.store.tables.rollouts.get(recording.fleet.rollout.id);
  const phase = rollout?.phases.findLast(({ status }) => status !== 'waiting');
  const since = phase?.status === 'passed' ? phase.endedAt : phase?.asksSince;
  if (rollout?.status !== 'running' || since === undefined || since === null) return;
  if (clock.now - since < (options.promoteAfterMs ?? 0)) return;
  const scope = { tenant, actor: 'operator:replay', permissions: new Set(['rollout.write', 'fleet.read'] as const) };
  await promoteRollout(scope, stage.brain, rollout.id, 'the replay says so');
}

/** Whether the rollout waits for nothing that would come by itself. */
export function isOver({ store: { tables } }: Stage, { fleet: { rollout } }: Recording): boolean {
  if (tables.rollouts.get(rollout.id)?.status === 'running') return false;
  return [...(tables.counts.get(rollout.id)?.values() ?? [])].every(({ open }) => open === 0);
}
