import {
  abortRollout,
  acceptDevice,
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
  startRollout,
} from '@fettle/control';
import { deviceId, type FleetId, type Instant, type RolloutId, type Tags } from '@fettle/model';

/** What people do to a fleet and to the one rollout that they look at. */
export type FleetAct =
  | { readonly kind: 'start' | 'pause' | 'resume' | 'abort' | 'promote' | 'send-back' }
  | { readonly kind: 'revoke'; readonly version: string }
  | { readonly kind: 'raise-floor'; readonly floor: number }
  | { readonly kind: 'quarantine' | 'accept'; readonly device: string }
  | { readonly kind: 'hold'; readonly expression: string; readonly until: Instant }
  | { readonly kind: 'freeze'; readonly from: Instant; readonly until: Instant }
  | { readonly kind: 'tag'; readonly device: string; readonly tags: Tags };

interface Doing {
  readonly fleet: FleetId;
  readonly rollout: RolloutId;
  readonly act: FleetAct;
  readonly reason: string;
}

/** Does through the brain what a person does to a fleet. */
export function doAct(scope: Scope, brain: Brain, { fleet, rollout, act, reason }: Doing): Promise<unknown> {
  switch (act.kind) {
    case 'pause':
      return pauseRollout(scope, brain, rollout, reason);
    case 'resume':
      return resumeRollout(scope, brain, rollout, reason);
    case 'abort':
      return abortRollout(scope, brain, rollout, reason);
    case 'promote':
      return promoteRollout(scope, brain, rollout, reason);
    case 'start':
      return startRollout(scope, brain, rollout, reason);
    case 'send-back':
      return sendBack(scope, brain, rollout, reason);
    case 'revoke':
      return revokeRelease(scope, brain, fleet, { version: act.version, reason });
    case 'raise-floor':
      return changeFleet(scope, brain, fleet, { securityFloor: act.floor });
    case 'quarantine':
      return quarantineDevice(scope, brain, deviceId(act.device), reason);
    case 'accept':
      return acceptDevice(scope, brain, deviceId(act.device), reason);
    case 'freeze':
      return saveFreeze(scope, brain, fleet, { name: 'ad-hoc', from: act.from, until: act.until, reason });
    case 'hold':
      return createHold(scope, brain, fleet, {
        rollout,
        expression: act.expression,
        until: act.until,
        reason,
        allowUnknown: true,
      });
    case 'tag':
      return setDeviceTags(scope, brain, deviceId(act.device), act.tags);
  }
}
