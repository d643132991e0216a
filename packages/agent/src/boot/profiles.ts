import type { BootProfile, Slot } from './boot-driver.ts';

/** Variable names of a boot script with a slot variable, a trial flag and a boot counter. */
export interface CountedNames {
  readonly slotVariable: string;
  readonly slotValues: Readonly<Record<Slot, string>>;
  /** A second variable that holds the slot's value in hexadecimal, as Mender's scripts want it. */
  readonly hexVariable?: string;
  readonly trialVariable: string;
  readonly countVariable: string;
  /** Absent: the limit is compiled into the boot script. */
  readonly limitVariable?: string;
  readonly markerVariable: string;
}

const markerVariable = 'fettle_trial';

/** Our own names. @source U-Boot doc/README.bootcount for bootcount, bootlimit, upgrade_available */
export const fettleNames: CountedNames = {
  slotVariable: 'slot',
  slotValues: { a: 'a', b: 'b' },
  trialVariable: 'upgrade_available',
  countVariable: 'bootcount',
  limitVariable: 'bootlimit',
  markerVariable,
};

/** Mender's names; the slot values are partition numbers. */
export const menderNames: CountedNames = {
  slotVariable: 'mender_boot_part',
  slotValues: { a: '2', b: '3' },
  hexVariable: 'mender_boot_part_hex',
  trialVariable: 'upgrade_available',
  countVariable: 'bootcount',
  markerVariable,
};

/** A profile of the counted kind. The marker survives a fall-back, so that one can be told from a lost write. */
export function countedProfile(names: CountedNames, bootLimit: number): BootProfile {
  const slotChanges = (slot: Slot): [string, string][] => {
    const value = names.slotValues[slot];
    const hex = names.hexVariable ? [[names.hexVariable, hexOf(value)] as [string, string]] : [];
    return [[names.slotVariable, value], ...hex];
  };
  return {
    read(variables) {
      const value = variables.get(names.slotVariable);
      const slot = value === names.slotValues.a ? 'a' : value === names.slotValues.b ? 'b' : null;
      const count = variables.get(names.countVariable) ?? '0';
      return {
        slot,
        trial: isOn(variables.get(names.trialVariable)),
        bootCount: /^\d{1,6}$/.test(count) ? Number(count) : null,
        marker: variables.get(names.markerVariable) ?? '',
      };
    },
    startTrial(slot, marker) {
      const limit: [string, string][] = names.limitVariable ? [[names.limitVariable, String(bootLimit)]] : [];
      return new Map([
        ...slotChanges(slot),
        [names.trialVariable, '1'],
        [names.countVariable, '0'],
        ...limit,
        [names.markerVariable, marker],
      ]);
    },
    settle(slot, _other, variables) {
      const changes = new Map([...slotChanges(slot), [names.markerVariable, '']]);
      // What says the same already is left as it is: a missing flag and "0" both mean "no trial".
      if (isOn(variables.get(names.trialVariable))) changes.set(names.trialVariable, '0');
      if ((variables.get(names.countVariable) ?? '0') !== '0') changes.set(names.countVariable, '0');
      return changes;
    },
  };
}

/**
 * RAUC's names: an order of slots, and attempts left for each, which the boot script takes one from at every boot.
 * A slot without attempts left is skipped, so a running system has to fill its own up again after each boot.
 * @source RAUC documentation, "U-Boot" in Integration
 */
export function raucProfile(bootNames: Readonly<Record<Slot, string>>, bootLimit: number): BootProfile {
  const leftOf = (slot: Slot) => `BOOT_${bootNames[slot]}_LEFT`;
  // U-Boot's setexpr reads and writes hexadecimal.
  const attempts = bootLimit.toString(16);
  const other = (slot: Slot): Slot => (slot === 'a' ? 'b' : 'a');
  const readLeft = (variables: ReadonlyMap<string, string>, slot: Slot) => {
    const text = variables.get(leftOf(slot)) ?? attempts;
    return /^(?:0x)?[0-9a-f]{1,6}$/i.test(text) ? Number.parseInt(text, 16) : 0;
  };
  return {
    read(variables) {
      const order = (variables.get('BOOT_ORDER') ?? '').split(/\s+/);
      const slots = order.flatMap((name): Slot[] => (name === bootNames.a ? ['a'] : name === bootNames.b ? ['b'] : []));
      const slot = slots.find((candidate) => readLeft(variables, candidate) > 0) ?? null;
      const marker = variables.get(markerVariable) ?? '';
      // RAUC has no trial flag. The marker names the slot, so that a fall-back ends the trial.
      const [tried, ...rest] = marker.split('/');
      const trial = slot !== null && tried === slot;
      const bootCount = trial ? Math.max(0, bootLimit - readLeft(variables, slot)) : null;
      return { slot, trial, bootCount, marker: rest.join('/') };
    },
    startTrial(slot, marker) {
      return new Map([
        ['BOOT_ORDER', `${bootNames[slot]} ${bootNames[other(slot)]}`],
        [leftOf(slot), attempts],
        [leftOf(other(slot)), attempts],
        [markerVariable, `${slot}/${marker}`],
      ]);
    },
    settle(slot, usable) {
      const rest = other(slot);
      const order = usable === 'usable' ? `${bootNames[slot]} ${bootNames[rest]}` : bootNames[slot];
      const changes = new Map([
        ['BOOT_ORDER', order],
        [leftOf(slot), attempts],
        [markerVariable, ''],
      ]);
      if (usable === 'unusable') changes.set(leftOf(rest), '0');
      return changes;
    },
  };
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0';
}

function hexOf(decimal: string): string {
  return /^\d{1,9}$/.test(decimal) ? Number(decimal).toString(16) : decimal;
}
