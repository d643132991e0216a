import type { Instant, RolloutId } from '@fettle/model';
import type { Segment, SegmentSearch } from './segment.ts';

/** A segment that was found, and how much of the fleet a hold on it would hold. */
export interface FoundSegment extends Segment {
  /** Accepted devices of the fleet that the expression selects. */
  readonly fleetDevices: number;
}

/** The newest search of a rollout: evidence beside the verdict of its gate. JSON-safe. */
export interface StoredSearch extends Omit<SegmentSearch, 'segments'> {
  readonly rollout: RolloutId;
  readonly at: Instant;
  /** Devices that count as failed by now: more of them make a new search worthwhile. */
  readonly failedSoFar: number;
  /** Devices that the rollout had started by now; more than `devices` where only a sample was looked at. */
  readonly started: number;
  /** Accepted devices of the fleet. */
  readonly fleetDevices: number;
  readonly segments: readonly FoundSegment[];
}
