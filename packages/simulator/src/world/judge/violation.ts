import type { Instant } from '@fettle/model';

/** What must hold at every moment, however many servers there are and whatever happens to them. */
export const invariants = {
  'wrong-type': 'An artifact is for the device type and the hardware revision of the device that gets it.',
  'in-flight': 'No more deployments of a rollout are open than the phase that is watched allows.',
  unproven: 'No more devices are unproven than the budget of the rollout allows.',
  site: 'No more deployments are open at a site than the rollout allows.',
  pair: 'Devices of a pair never have deployments open at once.',
  'phase-count': 'A counted phase admits no more devices than it says.',
  stopped: 'Nothing is offered of a rollout that does not run, or of a release that was revoked.',
  'offer-after-abort': 'A request that leaves after an abort was acknowledged gets no offer of that rollout.',
  floor: 'Nothing below the security floor, and nothing older than what runs unless its maker allows it.',
  time: 'Nothing is offered outside schedule and windows, or in a freeze.',
  'phase-order': 'A phase opens only after the one before has passed, and passes only on what devices did.',
  plan: 'What a rollout was planned as stays what it is.',
  membership: 'Only accepted devices of the group, whose bucket the phase reaches, are offered anything.',
  readiness: 'A device that says it is in use, or low on battery, is left alone.',
  attempts: 'No more attempts than allowed, none after a failure for good, none before the wait is over.',
  'one-open': 'A device has one open deployment at most.',
  final: 'A final status changes only to a more final one.',
  truth: 'What a device was told to be heard of is what the record says.',
  counts: 'The counts of a rollout equal a recount of its deployments.',
  stuck: 'No deployment stays open after its deadline.',
  'bytes-per-hour': 'No more bytes are sent for in an hour than the rollout allows.',
  broken: 'No server says that it is broken.',
} as const;

export type Invariant = keyof typeof invariants;

export interface Violation {
  readonly at: Instant;
  readonly invariant: Invariant;
  readonly detail: string;
}

/** Takes what was found. */
export type Accuse = (invariant: Invariant, detail: string) => void;
