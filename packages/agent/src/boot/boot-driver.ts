/** One of the two places where a whole system can be installed. */
export type Slot = 'a' | 'b';

export const otherSlot = (slot: Slot): Slot => (slot === 'a' ? 'b' : 'a');

/** What the boot loader's settings say. */
export interface BootState {
  /** The slot that the boot loader tries first; null when the settings name none. */
  readonly slot: Slot | null;
  /** True while that slot is on trial: not committed, and the boot loader counts its boots. */
  readonly trial: boolean;
  /** Boots counted in this trial; null when the profile cannot say. */
  readonly bootCount: number | null;
  /** Whom the trial is for: what `startTrial` was given; empty when nothing is or was on trial. */
  readonly marker: string;
}

export type BootReading =
  | { readonly ok: true; readonly state: BootState }
  | { readonly ok: false; readonly message: string };

/** The agent's view of a boot loader. Each change is one atomic write, made only when something changes. */
export interface BootDriver {
  read(): Promise<BootReading>;
  /** Next boot starts `slot` on trial: counted, and given up for the other slot when nobody commits. */
  startTrial(slot: Slot, marker: string): Promise<void>;
  /**
   * `slot` is what starts from now on, and no trial is open: commits a trial, ends one, takes one back.
   * @param other whether the other slot may be started if this one fails; `unusable` before it is written to
   */
  settle(slot: Slot, other: 'usable' | 'unusable'): Promise<void>;
}

/** Where a driver keeps its variables: the U-Boot environment or a file. */
export interface VariableStore {
  read(): Promise<VariableReading>;
  /** Sets variables in one atomic write; an empty value removes one. Reads back what it wrote. */
  write(changes: ReadonlyMap<string, string>): Promise<void>;
}
export type VariableReading =
  | { readonly ok: true; readonly variables: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly message: string };

/** How a boot loader's script expresses slots, trials and counts in variables. Pure. */
export interface BootProfile {
  read(variables: ReadonlyMap<string, string>): BootState;
  startTrial(slot: Slot, marker: string): ReadonlyMap<string, string>;
  settle(slot: Slot, other: 'usable' | 'unusable', variables: ReadonlyMap<string, string>): ReadonlyMap<string, string>;
}

/** A boot driver is a profile over a store. */
export function createBootDriver(store: VariableStore, profile: BootProfile): BootDriver {
  const readOrThrow = async () => {
    const reading = await store.read();
    if (!reading.ok) throw new Error(reading.message);
    return reading.variables;
  };
  const apply = async (variables: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>) => {
    const changes = new Map([...wanted].filter(([name, value]) => (variables.get(name) ?? '') !== value));
    if (changes.size > 0) await store.write(changes);
  };
  return {
    async read() {
      const reading = await store.read();
      return reading.ok ? { ok: true, state: profile.read(reading.variables) } : reading;
    },
    async startTrial(slot, marker) {
      await apply(await readOrThrow(), profile.startTrial(slot, marker));
    },
    async settle(slot, other) {
      const variables = await readOrThrow();
      await apply(variables, profile.settle(slot, other, variables));
    },
  };
}
