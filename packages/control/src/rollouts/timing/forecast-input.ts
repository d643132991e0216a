import type { FreezePeriod, Instant, RolloutPlan } from '@fettle/model';

/** What a forecast needs to know of the fleet, beside the plan. */
export interface ForecastInput {
  readonly plan: RolloutPlan;
  /** When it would start. */
  readonly now: Instant;
  /** Devices that each phase reaches, those of earlier phases included; one entry a phase. */
  readonly members: readonly number[];
  /** How the devices spread over zones of sites; only the proportions count. */
  readonly zones: readonly { readonly zone: string; readonly devices: number }[];
  readonly freezes: readonly FreezePeriod[];
  /** What one device is sent for, on average. */
  readonly bytesPerDevice: number;
  readonly checkInIntervalMs: number;
  /** From an offer to the commit, on average. */
  readonly installMs: number;
}
