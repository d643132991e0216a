/**
 * A number that devices report and that a gate compares between devices that run the release and devices that do not.
 * `event`: any value above 0 says that it happened (a crash); a device counts once.
 * `value`: each device's first full observation counts (a duration, a level, a rate).
 */
export interface GateMetric {
  /** The name under which devices report it. */
  readonly name: string;
  readonly kind: 'event' | 'value';
  /** Which way is bad; an `event` is bad by happening. */
  readonly worse: 'higher' | 'lower';
  /** Shown, but never decides. */
  readonly dryRun: boolean;
}

/** Compares devices that run the release with devices that do not, after every report (decision 0015). */
export interface SequentialGate {
  readonly kind: 'sequential';
  /** Most chance, per rollout, of stopping a release that is no worse; 0.0001 to 0.2. */
  readonly alpha: number;
  /**
   * A phase passes only when it is shown that less than this share of the devices fails, beyond those that fail among
   * held-back devices too; 0.001 to 0.5.
   */
  readonly margin: number;
  /** How long a device is watched after it has committed, in milliseconds. */
  readonly observeMs: number;
  /** Share of devices that fail to install even a good release, as long as the fleet has no history; 0.0001 to 0.2. */
  readonly expectedFailureShare: number;
  /** Devices that must have been watched to the end before a phase may pass, this phase's and earlier ones'. */
  readonly minDevices: number;
  /** So many devices that went dark or fell back by the boot loader stop the rollout at once; 0 for never. */
  readonly hardStop: number;
  readonly metrics: readonly GateMetric[];
}

/** How a rollout's outcomes are judged. `fixed`: by the failure threshold of each phase alone. */
export type GatePlan = { readonly kind: 'fixed' } | SequentialGate;

export const defaultGate: GatePlan = { kind: 'fixed' };

/** What a sequential gate does unless the plan says otherwise. */
export const defaultSequentialGate: SequentialGate = {
  kind: 'sequential',
  alpha: 0.05,
  margin: 0.05,
  observeMs: 30 * 60_000,
  expectedFailureShare: 0.01,
  minDevices: 0,
  hardStop: 3,
  metrics: [],
};
