import {
  abortRollout,
  acceptDevice,
  adminPermissions,
  type Brain,
  changeFleet,
  createHold,
  pauseRollout,
  promoteRollout,
  quarantineDevice,
  resumeRollout,
  revokeRelease,
  type Scope,
  saveFreeze,
  sendBack,
  setDeviceTags,
} from '@fettle/control';
import { deviceId, FettleError } from '@fettle/model';
import type { RecordedAct, Recording } from './recording.ts';

/** Does again what somebody did. What is refused now, as things stand otherwise, is left undone. */
export async function act(brain: Brain, { fleet: { fleet, rollout } }: Recording, done: RecordedAct): Promise<void> {
  const scope: Scope = { tenant: fleet.tenant, actor: done.actor, permissions: new Set(adminPermissions) };
  try {
    await perform(scope, brain, { fleet: fleet.id, rollout: rollout.id, done });
  } catch (error) {
    if (!(error instanceof FettleError) || error.code === 'internal') throw error;
  }
}

interface Doing {
  readonly fleet: Recording['fleet']['fleet']['id'];
  readonly rollout: Recording['fleet']['rollout']['id'];
  readonly done: RecordedAct;
}

function perform(scope: Scope, brain: Brain, { fleet, rollout, done }: Doing): Promise<unknown> {
  const { reason } = done;
  switch (done.kind) {
    case 'pause':
      return pauseRollout(scope, brain, rollout, reason);
    case 'resume':
      return resumeRollout(scope, brain, rollout, reason);
    case 'abort':
      return abortRollout(scope, brain, rollout, reason);
    case 'promote':
      return promoteRollout(scope, brain, rollout, reason);
    case 'send-back':
      return sendBack(scope, brain, rollout, reason);
    case 'revoke':
      return revokeRelease(scope, brain, fleet, { version: done.version, reason });
    case 'raise-floor':
      return changeFleet(scope, brain, fleet, { securityFloor: done.floor });
    case 'quarantine':
      return quarantineDevice(scope, brain, deviceId(done.device), reason);
    case 'accept':
      return acceptDevice(scope, brain, deviceId(done.device), reason);
    case 'freeze':
      return saveFreeze(scope, brain, fleet, { name: 'ad-hoc', from: done.from, until: done.until, reason });
    case 'hold':
      return createHold(scope, brain, fleet, {
        rollout,
        expression: done.expression,
        until: done.until,
        reason,
        allowUnknown: true,
      });
    case 'tag':
      return setDeviceTags(scope, brain, deviceId(done.device), done.tags);
  }
}
