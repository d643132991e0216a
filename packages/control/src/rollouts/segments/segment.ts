import type { Condition, Traits } from './condition.ts';

export interface SegmentOptions {
  /** Chance of naming any segment at all when traits have nothing to do with failing. */
  readonly alpha: number;
  /** Devices looked at; all that failed go first. At most 65,534. */
  readonly mostDevices: number;
  /** Conditions that are paired with each other. */
  readonly mostColumns: number;
  /** Into how many ranges a number is cut. */
  readonly ranges: number;
  /** Answers given. */
  readonly mostSegments: number;
  /** How many devices each that failed and each that did not stands for, where only some of them are given. */
  readonly weight: { readonly failed: number; readonly sound: number };
  /** Devices that failed in the same time without the release: what fails anyhow is no segment of the release. */
  readonly usual: readonly Traits[];
  /** Share of the failures given that are of a kind that also happens without the release, 0 to 1. */
  readonly usualShare: number;
}

export const segmentDefaults: SegmentOptions = {
  alpha: 0.05,
  mostDevices: 4_000,
  mostColumns: 256,
  ranges: 4,
  mostSegments: 3,
  weight: { failed: 1, sound: 1 },
  usual: [],
  usualShare: 1,
};

/** What failing devices share, with the numbers behind it. Rates are 0 to 1. */
export interface Segment {
  /** One or two; a device is in the segment when it meets all of them. */
  readonly conditions: readonly Condition[];
  /** The same as an expression: what a hold is made of. */
  readonly expression: string;
  /** Exposed devices in the segment, and how many of them failed; estimates where only some devices were given. */
  readonly devices: number;
  readonly failures: number;
  readonly rateInside: number;
  readonly rateOutside: number;
  /** How many times as often its devices failed; null when no other device did. */
  readonly lift: number | null;
  /** Where the rate inside lies, for all segments looked at together: wrong with a chance of `alpha`. */
  readonly interval: readonly [number, number];
  /** Chance of as clear a segment, or a clearer one, anywhere, when traits have nothing to do with failing. */
  readonly chance: number;
  /** Other expressions that explain these failures about as well: who looks for the cause looks there too. */
  readonly alike: readonly string[];
}

export interface SegmentSearch {
  /** Most likely first. */
  readonly segments: readonly Segment[];
  readonly devices: number;
  readonly failures: number;
  /** How many segments could have been named; the evidence is corrected for it. */
  readonly candidates: number;
  readonly alpha: number;
}
