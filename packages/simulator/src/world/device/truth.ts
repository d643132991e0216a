import type { DeploymentError } from '@fettle/model';
import { fraction } from '../../fleet/random.ts';
import type { Chances, DevicePlan, ReleasePlan } from '../world-plan.ts';

/** What becomes of an attempt, whatever anybody says of it. */
export type Fate = 'succeeds' | keyof Chances;

const order: readonly (keyof Chances)[] = ['failsTransiently', 'fails', 'rollsBack', 'hangs', 'revertsLater'];

/** The fate of a device's attempt at a release: a function of the seed alone, whenever and in whatever order asked. */
export function fateOf(seed: string, device: DevicePlan, release: ReleasePlan, attempt: number): Fate {
  const drawn = fraction(seed, 'fate', device.id, release.version, attempt);
  const chances = chancesOf(device, release);
  let sum = 0;
  for (const fate of order) {
    sum += chances[fate];
    if (drawn < sum) return fate;
  }
  return 'succeeds';
}

function chancesOf(device: DevicePlan, { truth }: ReleasePlan): Chances {
  const said = (name: string) =>
    name === 'hardware-revision' ? device.hardwareRevision : (device.attributes[name] ?? device.tags[name]);
  return truth.segments.find(({ attribute, value }) => said(attribute) === value)?.chances ?? truth;
}

export const errors = {
  download: { code: 'download-failed', class: 'transient', message: 'The download broke off.' },
  refused: { code: 'install-failed', class: 'permanent', message: 'The installer refused the artifact.' },
  boot: { code: 'boot-failed', class: 'permanent', message: 'The new slot did not come up.' },
  health: { code: 'health-failed', class: 'permanent', message: 'A health check failed.' },
} as const satisfies Record<string, DeploymentError>;
