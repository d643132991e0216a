const slotNames = ['a', 'b'] as const;
export type SlotName = (typeof slotNames)[number];

/** What the boot loader does at one power-on or reset. */
export interface BootChoice {
  /** The slot it tries; undefined when the environment names none that exists. */
  readonly slot: SlotName | undefined;
  /** Whether the slot is on trial: not committed yet. */
  readonly trial: boolean;
  /** How often the trial was booted, this time included; 0 when there is no trial. */
  readonly bootCount: number;
  /** Whether it has just given up on a slot that never committed. */
  readonly fellBack: boolean;
  /** What it writes to the environment before it starts the slot; undefined when nothing changes. */
  readonly save: ReadonlyMap<string, string> | undefined;
}

/**
 * The A/B contract of the profile `fettle` as a boot script would have it: while `upgrade_available` is 1 every boot
 * counts, and past `bootlimit` the board goes back to the other slot for good.
 * @param variables undefined when no copy of the environment is valid: then, like a script's default, slot a
 */
export function chooseSlot(variables: ReadonlyMap<string, string> | undefined): BootChoice {
  const quiet = { trial: false, bootCount: 0, fellBack: false, save: undefined };
  if (!variables) return { ...quiet, slot: 'a' };
  const slot = slotNames.find((name) => name === variables.get('slot'));
  if (variables.get('upgrade_available') !== '1') return { ...quiet, slot };
  const count = readCount(variables.get('bootcount'), 0);
  if (count >= readCount(variables.get('bootlimit'), defaultBootLimit)) {
    const back = slot === 'a' ? 'b' : 'a';
    const save = new Map(variables).set('slot', back).set('upgrade_available', '0').set('bootcount', '0');
    return { slot: back, trial: false, bootCount: 0, fellBack: true, save };
  }
  const save = new Map(variables).set('bootcount', String(count + 1));
  return { slot, trial: true, bootCount: count + 1, fellBack: false, save };
}

export const defaultBootLimit = 3;

function readCount(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^[0-9]{1,9}$/.test(text) ? Number(text) : otherwise;
}
