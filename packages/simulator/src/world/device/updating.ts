import type { DeploymentError, DeploymentStatus } from '@fettle/model';
import type { Dice } from '../kernel/dice.ts';
import type { Life } from '../kernel/life.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { DevicePlan, ReleasePlan } from '../world-plan.ts';
import type { Flash } from './flash.ts';

/** What an update needs of the device that it happens on. */
export interface Updating {
  readonly plan: DevicePlan;
  readonly flash: Flash;
  readonly options: {
    readonly seed: string;
    readonly timeline: Timeline;
    readonly dice: Dice;
    readonly watcher: { committed(device: DevicePlan, deployment: string, release: ReleasePlan): void };
  };
  report(deployment: string, status: DeploymentStatus, error?: DeploymentError): void;
  tell(life: Life): Promise<void>;
  fallBack(cause: 'boot' | 'health'): void;
}
