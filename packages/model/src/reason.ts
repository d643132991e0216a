import type { Instant } from './brand.ts';
import type { ReleaseId, RolloutId } from './ids.ts';

/** Who has to act, or what has to pass, before a reason goes away. */
export type ReasonOwner = 'device' | 'operator' | 'time' | 'policy';

/** Every reason that `decide` can give so far, with who owns it and what it says. */
export const reasonTable = {
  'up-to-date': { owner: 'policy', summary: 'The device already runs this release.' },
  'no-rollout': { owner: 'operator', summary: 'No rollout brings this release to the fleet.' },
  'no-release-for-type': { owner: 'operator', summary: 'The release has no artifact for this device type.' },
  'no-artifact-for-component': { owner: 'operator', summary: 'The release lacks a component that the device runs.' },
  'rollout-not-started': { owner: 'operator', summary: 'The rollout is a draft.' },
  'rollout-paused': { owner: 'operator', summary: 'The rollout is paused.' },
  'rollout-aborted': { owner: 'operator', summary: 'The rollout was aborted.' },
  'phase-not-open': { owner: 'time', summary: 'The phase that the device belongs to is not open yet.' },
  'not-in-phase': { owner: 'operator', summary: 'No phase of the rollout reaches the device.' },
  'budget-spent': { owner: 'policy', summary: 'As many devices as the phase takes have started.' },
  'not-in-group': { owner: 'operator', summary: 'The device is not in the group of the rollout.' },
  'superseded-by-rollout': { owner: 'policy', summary: 'A newer rollout brings the device another release first.' },
  'too-many-in-flight': { owner: 'time', summary: 'As many deployments as the phase allows are under way.' },
  'attempts-exhausted': { owner: 'operator', summary: 'The device has used up its attempts at this release.' },
  'backing-off': { owner: 'time', summary: 'The device waits before it tries again.' },
  'downgrade-forbidden': {
    owner: 'operator',
    summary: 'The device runs a newer release and the manifest forbids going back.',
  },
  'below-floor': { owner: 'policy', summary: 'The release is below the security floor of the fleet.' },
  'release-revoked': { owner: 'operator', summary: 'The release was revoked.' },
  'device-pending': { owner: 'operator', summary: 'No operator has accepted the device yet.' },
  'device-rejected': { owner: 'operator', summary: 'An operator rejected the device.' },
  'already-failed-here': { owner: 'operator', summary: 'This release failed for good on this device.' },
  'deployment-open': { owner: 'device', summary: 'Another deployment of the device is still under way.' },
} as const satisfies Record<string, { owner: ReasonOwner; summary: string }>;

export type ReasonCode = keyof typeof reasonTable;

/** One thing that holds a device back, with the facts behind it. */
export interface Reason {
  readonly code: ReasonCode;
  readonly owner: ReasonOwner;
  readonly summary: string;
  /** Ids and values that show it: JSON-safe. */
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>;
  /** When it could change at the earliest; null when that depends on a person or the device. */
  readonly earliestChangeAt: Instant | null;
  /** The smallest change that would lift it. */
  readonly remedy: string;
  readonly rollout: RolloutId | null;
  readonly release: ReleaseId | null;
}
