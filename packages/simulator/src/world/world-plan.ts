import type { NewRollout } from '@fettle/control';
import type { Attributes, FreezePeriod, Instant, Tags } from '@fettle/model';

/** Everything that a world is made of. The same plan always gives the same history. */
export interface WorldPlan {
  readonly seed: string;
  readonly startAt: Instant;
  /** How long devices live and things go wrong; afterwards only the clock moves on, until every deadline is over. */
  readonly durationMs: number;
  readonly fleet: FleetPlan;
  readonly releases: readonly ReleasePlan[];
  readonly devices: readonly DevicePlan[];
  readonly rollouts: readonly RolloutStart[];
  readonly acts: readonly Act[];
  readonly faults: readonly Fault[];
  readonly replicas: number;
  readonly tickEveryMs: number;
  /** Longest way from a server to the database, in milliseconds; 0: everything is served the moment it is asked. */
  readonly storeDelayMs: number;
}

export interface FleetPlan {
  readonly deviceTypes: readonly string[];
  readonly checkInIntervalMs: number;
  readonly freezes: readonly FreezePeriod[];
  /** Each selects the devices that have a tag. */
  readonly groups: readonly GroupPlan[];
}
export interface GroupPlan {
  readonly name: string;
  readonly tag: string;
  readonly value: string;
}

export interface ReleasePlan {
  readonly version: string;
  readonly counter: number;
  /** Device types that it has an artifact for, each with the hardware revisions that fit; none for all. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  readonly sizeBytes: number;
  readonly allowDowngrade: boolean;
  readonly mustPassThrough: boolean;
  /** What really becomes of it on devices. */
  readonly truth: ReleaseTruth;
}

/** The true chances of an attempt, each of 1; what is left succeeds. */
export interface Chances {
  /** The download or the installation fails; another attempt may succeed. */
  readonly failsTransiently: number;
  /** It fails for good. */
  readonly fails: number;
  /** The new slot does not come up, or its health is bad. */
  readonly rollsBack: number;
  /** It hangs and says nothing more of it. */
  readonly hangs: number;
  /** It commits and falls back later without a word. */
  readonly revertsLater: number;
}
export interface ReleaseTruth extends Chances {
  /** Devices with this attribute have other chances. */
  readonly segments: readonly { readonly attribute: string; readonly value: string; readonly chances: Chances }[];
}

export interface DevicePlan {
  readonly id: string;
  readonly type: string;
  readonly hardwareRevision: string | undefined;
  readonly tags: Tags;
  /** What it always says. */
  readonly attributes: Attributes;
  /** The counter of the release that it left the factory with. */
  readonly factoryCounter: number;
  readonly habits: DeviceHabits;
}

/** How a device behaves; shares are chances from 0 to 1. */
export interface DeviceHabits {
  /** When it is switched on for the first time, after the start. */
  readonly startsAfterMs: number;
  /** Spread of the first contact after each boot. */
  readonly bootJitterMs: number;
  readonly downloadMs: number;
  readonly installMs: number;
  readonly rebootMs: number;
  readonly checkMs: number;
  /** Requests that never arrive, and as many answers. */
  readonly lossShare: number;
  /** Reports that wait for the next check-in. */
  readonly lateShare: number;
  readonly doubledShare: number;
  /** Whether it sends what it has to say newest first. */
  readonly reorders: boolean;
  readonly powerCutsPerDay: number;
  /** From then on, after the start, nobody hears of it any more. */
  readonly darkAfterMs: number | undefined;
  readonly clockSkewSeconds: number;
  /** Comes back so many times as late as it was told. */
  readonly sluggish: number;
  /** In use for so long, and so long not, in turns; 0 for never. */
  readonly usedMs: number;
  /** Whether it has a battery, which runs down and is charged in turns. */
  readonly battery: boolean;
}

export interface RolloutStart extends NewRollout {
  readonly afterMs: number;
}

/** What people do, a while after the start. `rollout` is an index into the plan's rollouts. */
export type Act = { readonly afterMs: number } & (
  | { readonly kind: 'pause' | 'resume' | 'abort' | 'promote' | 'start' | 'send-back'; readonly rollout: number }
  | { readonly kind: 'revoke'; readonly version: string }
  | { readonly kind: 'raise-floor'; readonly floor: number }
  | { readonly kind: 'quarantine' | 'accept'; readonly device: string }
  | { readonly kind: 'freeze'; readonly forMs: number }
  | { readonly kind: 'tag'; readonly device: string; readonly tags: Tags }
);

/** What goes wrong, a while after the start and for a while. `replica` is an index. */
export type Fault = { readonly afterMs: number; readonly forMs: number } & (
  | { readonly kind: 'kill' | 'cut-off' | 'deaf' | 'broken-connections'; readonly replica: number }
  | { readonly kind: 'clock'; readonly replica: number; readonly skewMs: number }
  | { readonly kind: 'stall' }
  /** The power of every device is cut; they all come back together. */
  | { readonly kind: 'blackout' }
);
