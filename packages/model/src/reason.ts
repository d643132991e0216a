import type { Instant } from './brand.ts';
import type { ReleaseId, RolloutId } from './ids.ts';

/** Who has to act, or what has to pass, before a reason goes away. */
export type ReasonOwner = 'device' | 'operator' | 'time' | 'policy';

/**
 * What has to change before a reason can go away: the device's own record, something of its fleet (rollout, release,
 * group, key, hold), the clock alone, or how many other devices have something under way.
 */
export type ReasonBasis = 'device' | 'fleet' | 'clock' | 'others';

interface ReasonRow {
  readonly owner: ReasonOwner;
  readonly basis: ReasonBasis;
  readonly summary: string;
}

/** Every reason that `decide` can give, with who owns it, what it rests on and what it says. */
export const reasonTable = {
  // Nothing to bring.
  'no-rollout': { owner: 'operator', basis: 'fleet', summary: 'No rollout brings this release to the fleet.' },
  'up-to-date': { owner: 'policy', basis: 'device', summary: 'The device already runs this release.' },

  // The device as such.
  'device-pending': { owner: 'operator', basis: 'device', summary: 'No operator has accepted the device yet.' },
  'device-rejected': { owner: 'operator', basis: 'device', summary: 'An operator rejected the device.' },
  'device-quarantined': { owner: 'operator', basis: 'device', summary: 'The device is in quarantine.' },
  'deployment-open': {
    owner: 'device',
    basis: 'device',
    summary: 'Another deployment of the device is still under way.',
  },

  // Whether the release fits the device.
  'no-release-for-type': {
    owner: 'operator',
    basis: 'fleet',
    summary: 'The release has no artifact for this device type.',
  },
  'no-artifact-for-component': {
    owner: 'operator',
    basis: 'fleet',
    summary: 'The release lacks a component that the device runs.',
  },
  'hardware-mismatch': {
    owner: 'policy',
    basis: 'device',
    summary: 'The release is not made for the hardware revision of the device.',
  },
  'protocol-cannot': {
    owner: 'device',
    basis: 'device',
    summary: "The device's update client cannot take this kind of artifact.",
  },
  'unmet-depends': {
    owner: 'operator',
    basis: 'device',
    summary: 'The release needs something newer beneath it than the device runs.',
  },
  'must-pass-through': {
    owner: 'operator',
    basis: 'device',
    summary: 'The device has to run a release in between first.',
  },
  'downgrade-forbidden': {
    owner: 'operator',
    basis: 'device',
    summary: 'The device runs a newer release and the manifest forbids going back.',
  },
  'below-floor': { owner: 'policy', basis: 'fleet', summary: 'The release is below the security floor of the fleet.' },
  'release-revoked': { owner: 'operator', basis: 'fleet', summary: 'The release was revoked.' },
  'signature-missing': {
    owner: 'operator',
    basis: 'fleet',
    summary: 'No key that the fleet trusts today has signed the release.',
  },
  'already-failed-here': {
    owner: 'operator',
    basis: 'device',
    summary: 'This release failed for good on this device.',
  },

  // Whom the rollout is for.
  'not-in-group': { owner: 'operator', basis: 'device', summary: 'The device is not in the group of the rollout.' },
  excluded: { owner: 'operator', basis: 'device', summary: 'The rollout leaves devices like this out.' },
  'held-segment': { owner: 'operator', basis: 'fleet', summary: 'Devices that share these traits are held back.' },

  // Where the rollout stands.
  'rollout-not-started': { owner: 'operator', basis: 'fleet', summary: 'The rollout is a draft.' },
  'awaiting-approval': { owner: 'operator', basis: 'fleet', summary: 'A person has to let the rollout go on.' },
  'rollout-paused': { owner: 'operator', basis: 'fleet', summary: 'The rollout is paused.' },
  'rollout-aborted': { owner: 'operator', basis: 'fleet', summary: 'The rollout was aborted.' },
  'gate-failed': { owner: 'operator', basis: 'fleet', summary: 'A gate of the rollout failed.' },
  'phase-not-open': {
    owner: 'time',
    basis: 'fleet',
    summary: 'The phase that the device belongs to is not open yet.',
  },
  'not-in-phase': { owner: 'operator', basis: 'fleet', summary: 'No phase of the rollout reaches the device.' },
  'superseded-by-rollout': {
    owner: 'policy',
    basis: 'fleet',
    summary: 'A newer rollout brings the device another release first.',
  },
  'lower-priority': {
    owner: 'policy',
    basis: 'fleet',
    summary: 'A rollout of higher priority brings the device another release first.',
  },

  // When.
  'outside-schedule': { owner: 'time', basis: 'clock', summary: 'The rollout has not begun, or its time is over.' },
  'outside-window': {
    owner: 'time',
    basis: 'clock',
    summary: "It is outside the maintenance windows of the device's site.",
  },
  'freeze-period': { owner: 'time', basis: 'clock', summary: 'The fleet is frozen at this time.' },
  'backing-off': { owner: 'time', basis: 'clock', summary: 'The device waits before it tries again.' },
  'attempts-exhausted': {
    owner: 'operator',
    basis: 'device',
    summary: 'The device has used up its attempts at this release.',
  },

  // How many at once.
  'budget-spent': { owner: 'policy', basis: 'others', summary: 'A budget of the rollout is spent.' },
  'rate-limited': { owner: 'time', basis: 'others', summary: 'As many devices as the rate allows have started.' },
  'too-many-in-flight': {
    owner: 'time',
    basis: 'others',
    summary: 'As many deployments as the phase allows are under way.',
  },
  'site-limit': { owner: 'policy', basis: 'others', summary: 'As many devices of the site as allowed are under way.' },
  'paired-device-updating': {
    owner: 'device',
    basis: 'others',
    summary: 'The other device of the pair has a deployment under way.',
  },

  // What the device says of its own readiness.
  'device-not-ready': { owner: 'device', basis: 'device', summary: 'The device says that it is not ready.' },
  'in-use': { owner: 'device', basis: 'device', summary: 'The device is in use.' },
  'awaiting-consent': {
    owner: 'device',
    basis: 'device',
    summary: 'Somebody at the device has to agree to the installation.',
  },
  'no-space': { owner: 'device', basis: 'device', summary: 'The device lacks the space that the release takes.' },
  'battery-low': { owner: 'device', basis: 'device', summary: 'The battery of the device is too low.' },
  'wrong-power': { owner: 'device', basis: 'device', summary: 'The device does not run on mains power.' },
  'metered-link': { owner: 'device', basis: 'device', summary: 'The device is on a metered link.' },
  'clock-skew': { owner: 'device', basis: 'device', summary: 'The clock of the device is too far off.' },
  'certificate-expiring': {
    owner: 'device',
    basis: 'device',
    summary: 'The certificate of the device ends too soon to risk an installation.',
  },
} as const satisfies Record<string, ReasonRow>;

export type ReasonCode = keyof typeof reasonTable;

/** One thing that holds a device back, with the facts behind it. */
export interface Reason {
  readonly code: ReasonCode;
  readonly owner: ReasonOwner;
  readonly summary: string;
  /** Ids and values that show it: JSON-safe. */
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>;
  /** When it could change at the earliest; null when that depends on a person, the device or other devices. */
  readonly earliestChangeAt: Instant | null;
  /** The smallest change that would lift it. */
  readonly remedy: string;
  readonly rollout: RolloutId | null;
  readonly release: ReleaseId | null;
}
