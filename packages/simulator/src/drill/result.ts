import type { ClockHabit } from './drill-device.ts';
import type { Rotatable } from './rotations.ts';

/** What came of a drill. */
export interface DrillResult {
  readonly devices: number;
  readonly asleep: number;
  readonly days: number;
  /** Updates that devices made. */
  readonly contacts: number;
  readonly clocks: Readonly<Record<ClockHabit, number>>;
  readonly rotations: readonly PlayedRotation[];
  /** Devices that in the end trust the newest roots and run the newest release. */
  readonly recovered: number;
  readonly stranded: readonly Stranding[];
  readonly attempts: {
    /** With revoked keys. */
    readonly made: number;
    /** By what stopped them: a code of refusal, or that only the forged time was dropped. */
    readonly stoppedBy: Readonly<Record<string, number>>;
  };
  readonly acceptedRevoked: number;
  /** The first few, if any. */
  readonly accepted: readonly string[];
  /** Devices whose versions and time a thief drove up while online keys were still in use. */
  readonly drivenUp: number;
  /** First updates of devices with a wrong clock, while no signed time came. */
  readonly withoutTime: { readonly updated: number; readonly refused: number };
}

export interface PlayedRotation {
  readonly key: Rotatable;
  readonly day: number;
  readonly imageRoot: number;
  readonly directorRoot: number;
  /** Devices that had not heard of it a day later: until they do, they believe the old keys. */
  readonly unaware: number;
}

/** Devices that nothing but hands can bring back, by what keeps them away. */
export interface Stranding {
  readonly code: string;
  readonly message: string;
  readonly devices: number;
  readonly example: string;
}
