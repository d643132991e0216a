import type { Instant } from './brand.ts';
import { defaultGate, type GatePlan } from './gate.ts';

/** When a device may install: opens by a cron expression and stays open for a while. */
export interface MaintenanceWindow {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** Elapsed time, in milliseconds; 1 minute to 7 days. */
  readonly durationMs: number;
  /** An IANA zone, or `site` for the zone of the device's own site. */
  readonly zone: string;
}

/** A time in which a fleet gets nothing new. */
export interface FreezePeriod {
  readonly name: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly reason: string;
}

/** How many devices may start in a minute. */
export type Rate =
  | { readonly kind: 'constant'; readonly perMinute: number }
  | {
      readonly kind: 'exponential';
      readonly basePerMinute: number;
      /** The rate is multiplied by this each time as many more devices have succeeded as `everySucceeded` says. */
      readonly factor: number;
      readonly everySucceeded: number;
      readonly mostPerMinute: number;
    };

/** What a rollout may use up at once; null for no limit. */
export interface Budgets {
  /** Most devices that have started and are not yet proven: committed and watched for the gate's time. */
  readonly unproven: number | null;
  /** Most open deployments at one site. */
  readonly perSite: number | null;
  /** Whether devices that share a `pair` may never have open deployments at once. */
  readonly onePerPair: boolean;
  /** Most bytes that devices are sent for in any hour. */
  readonly bytesPerHour: number | null;
}

/** What a device must say of itself before it is offered anything; what it does not say does not hold it back. */
export interface Demands {
  /** A device that says it is in use waits. */
  readonly notInUse: boolean;
  readonly minBatteryPercent: number | null;
  readonly mainsPower: boolean;
  readonly unmeteredLink: boolean;
  /** Somebody at the device has to agree: here silence holds it back. */
  readonly consent: boolean;
  readonly maxClockSkewSeconds: number | null;
  readonly minCertificateDays: number | null;
}

/** The part of a plan that says who, when, how fast and under which conditions, beside its phases. */
export interface RolloutPolicy {
  /** When two rollouts could serve a device the higher one does; among equals the newer. -100 to 100. */
  readonly priority: number;
  /** Devices that this expression selects are left out; empty for none. */
  readonly exclude: string;
  readonly startAt: Instant | null;
  readonly endAt: Instant | null;
  /** Open whenever one of them is; none means always. */
  readonly windows: readonly MaintenanceWindow[];
  /** Whether freeze periods of the fleet do not hold it back. */
  readonly ignoreFreezes: boolean;
  readonly rate: Rate | null;
  readonly budgets: Budgets;
  readonly demands: Demands;
  /** People other than its maker who have to approve before it starts. */
  readonly approvals: number;
  readonly gate: GatePlan;
  /** Whether devices that took the release go back to the one they came from when a gate fails. */
  readonly rollBackOnFail: boolean;
}

/** A policy that holds nobody back but those in use. */
export const defaultPolicy: RolloutPolicy = {
  priority: 0,
  exclude: '',
  startAt: null,
  endAt: null,
  windows: [],
  ignoreFreezes: false,
  rate: null,
  budgets: { unproven: null, perSite: null, onePerPair: true, bytesPerHour: null },
  demands: {
    notInUse: true,
    minBatteryPercent: null,
    mainsPower: false,
    unmeteredLink: false,
    consent: false,
    maxClockSkewSeconds: null,
    minCertificateDays: null,
  },
  approvals: 0,
  gate: defaultGate,
  rollBackOnFail: false,
};
