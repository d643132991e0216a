import { adminPermissions, type Brain, type Scope } from '@fettle/control';
import { FettleError } from '@fettle/model';
import { doAct } from '../do-act.ts';
import type { RecordedAct, Recording } from './recording.ts';

/** Does again what somebody did. What is refused now, as things stand otherwise, is left undone. */
export async function act(brain: Brain, { fleet: { fleet, rollout } }: Recording, done: RecordedAct): Promise<void> {
  const scope: Scope = { tenant: fleet.tenant, actor: done.actor, permissions: new Set(adminPermissions) };
  try {
    await doAct(scope, brain, { fleet: fleet.id, rollout: rollout.id, act: done, reason: done.reason });
  } catch (error) {
    if (!(error instanceof FettleError) || error.code === 'internal') throw error;
  }
}
