import type { DeviceId, FleetId, Instant, RolloutId } from '@fettle/model';
import type { Side } from './ratio.ts';
import type { GateState, SilentDevice, StratumCounts } from './state.ts';

/** What is added up for each stratum of a rollout. */
export type StratumTotals = Omit<StratumCounts, 'watched'>;

/**
 * A device that is being watched since it committed; one that is held back, and sampled, since it was asked. One that
 * had been given up and committed after all is watched too before it is proven, but the gate has its outcome already.
 */
export interface GateWindow {
  readonly rollout: RolloutId;
  readonly device: DeviceId;
  readonly side: Side | 'given-up';
  readonly stratum: string;
  /** The phase that admitted it; 0 for a device that is held back. */
  readonly phase: number;
  readonly startedAt: Instant;
  readonly openedAt: Instant;
  /** When it is to be looked at, as it may be over; null: it is, and stays only so that the device is not sampled twice. */
  readonly lookAt: Instant | null;
  /** Metrics that have had what they want of this device. */
  readonly taken: readonly string[];
}

/** What can go wrong with a device, or be seen of it, as a gate keeps it. */
export const gateEventKinds = [
  'failed',
  'rolled-back',
  'timed-out',
  'went-dark',
  'health-bad',
  'silent',
  'metric-event',
  'metric-value',
] as const;
export type GateEventKind = (typeof gateEventKinds)[number];

/** One piece of evidence with all that its bet rested on; a device gives one for failures and one for each metric. */
export interface GateEvent {
  /** In the order in which the gate took them, from 1. */
  readonly sequence: number;
  readonly device: DeviceId;
  /** The metric's name; empty for failures. */
  readonly metric: string;
  readonly kind: GateEventKind;
  readonly side: Side;
  readonly stratum: string;
  readonly at: Instant;
  readonly startedAt: Instant | null;
  readonly committedAt: Instant | null;
  /** Devices at risk at that moment, this one included. */
  readonly treated: number;
  readonly control: number;
  readonly value: number | null;
}

export interface GateReads {
  gateState(rollout: RolloutId): Promise<GateState | undefined>;
  gateTotals(rollout: RolloutId): Promise<Readonly<Record<string, StratumTotals>>>;
  gateWindow(rollout: RolloutId, device: DeviceId): Promise<GateWindow | undefined>;
  /** Windows of one side that are open and were opened no later, by stratum; those that gave to a metric left out. */
  countGateWindows(
    rollout: RolloutId,
    of: { readonly side: Side; readonly openedUntil: Instant; readonly without?: string | undefined },
  ): Promise<Readonly<Record<string, number>>>;
  /** Windows that are to be looked at, those that waited longest first. */
  dueGateWindows(now: Instant, limit: number): Promise<readonly GateWindow[]>;
  hasGateEvent(rollout: RolloutId, device: DeviceId, metric: string): Promise<boolean>;
  /** In the order in which they were taken. */
  gateEvents(
    rollout: RolloutId,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly GateEvent[]>;
  /** Accepted devices of the fleet last seen after one moment and up to another, in that order. */
  devicesSeenBetween(
    fleet: FleetId,
    between: { readonly after: SilentDevice; readonly until: Instant; readonly limit: number },
  ): Promise<readonly SilentDevice[]>;
}

/** What is kept of gates when nothing more can come: windows have an end, what they showed stays (`forget-windows.ts`). */
export interface GateKeepingReads {
  /** The first rollout in order of id, behind this one, that has windows; undefined behind the last. */
  rolloutWithGateWindows(after: RolloutId | undefined): Promise<RolloutId | undefined>;
}

export interface GateKeepingWrites {
  /** Deletes windows that were opened no later than this, so many at most. @returns how many */
  forgetGateWindows(rollout: RolloutId, of: { readonly openedUntil: Instant; readonly limit: number }): Promise<number>;
}

export interface GateWrites extends GateReads {
  saveGateState(rollout: RolloutId, state: GateState): Promise<void>;
  /** Adds to the totals of a stratum; fields may be negative. */
  addGateTotals(rollout: RolloutId, stratum: string, delta: StratumTotals): Promise<void>;
  /** Replaces the window of the same rollout and device. */
  saveGateWindow(window: GateWindow): Promise<void>;
  deleteGateWindow(rollout: RolloutId, device: DeviceId): Promise<void>;
  insertGateEvent(rollout: RolloutId, event: GateEvent): Promise<void>;
}
