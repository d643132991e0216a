import { chooseCopy, encodeEnvironment, nextFlag, parseEnvironment } from '@fettle/images';
import type { Slot } from '../src/boot/boot-driver.ts';
import { type CountedNames, fettleNames, menderNames } from '../src/boot/profiles.ts';
import type { FaultyDisk } from './faulty-disk.ts';

/** How an image behaves once it is started. */
export type Behaviour = 'good' | 'boot-fails' | 'health-fails' | 'health-hangs';

export interface Image {
  readonly version: string;
  readonly counter: number;
  readonly bytes: Buffer;
  readonly behaviour: Behaviour;
}

export type ProfileName = 'fettle' | 'rauc' | 'mender';

export const places = {
  slots: { a: '/dev/slot-a', b: '/dev/slot-b' },
  environment: '/boot/uboot.env',
  environmentConfig: '/boot/fw_env.config',
  commandLine: '/proc/cmdline',
  bootId: '/proc/boot_id',
  state: '/data/state',
} as const;
export const slotBytes = 49_152;
const areaBytes = 1_024;

/** Plays boot loader: reads the environment, counts, falls back, starts what lies in a slot. */
export class FakeBoard {
  readonly disk: FaultyDisk;
  readonly images: Image[] = [];
  readonly profile: ProfileName;
  boots = 0;
  running: { slot: Slot; image: Image } | undefined;
  /** Times that bytes were started which nobody ever signed. */
  wrongImages = 0;
  /** Times that nothing could be started at all. */
  unbootable = 0;
  /** What a boot loader does that does not count trials but refuses them. */
  ignoresTrials = false;

  constructor(disk: FaultyDisk, profile: ProfileName, first: Image) {
    this.disk = disk;
    this.profile = profile;
    this.images.push(first);
    disk.poke(places.slots.a, padded(first.bytes));
    disk.poke(places.slots.b, padded(Buffer.alloc(0)));
    disk.poke(places.environmentConfig, Buffer.from('uboot.env 0 0x400\nuboot.env 0x400 0x400\n'));
    disk.poke(places.environment, Buffer.alloc(2 * areaBytes, 0xff));
    this.#store(new Map([['bootcmd', 'run fettle_boot'], ...factoryVariables[profile]]), null, 1);
  }

  /** The variables as the boot loader reads them; undefined when no copy is valid. */
  variables(): Map<string, string> | undefined {
    return this.#load()?.variables;
  }

  /** Changes variables behind the agent's back. */
  setVariables(changes: Readonly<Record<string, string>>): void {
    const now = this.#load();
    if (!now) throw new Error('The environment is gone.');
    for (const [name, value] of Object.entries(changes)) now.variables.set(name, value);
    this.#store(now.variables, now.flag, now.index);
  }

  damageEnvironment(): void {
    this.disk.poke(places.environment, Buffer.alloc(2 * areaBytes, 0x5a));
  }

  /** Power on. @returns false when nothing starts */
  boot(): boolean {
    this.running = undefined;
    for (let resets = 0; resets < 20; resets++) {
      const { slot, trial } = this.#choose();
      const image = this.imageIn(slot);
      if (!image) this.wrongImages++;
      if (image && image.behaviour !== 'boot-fails') {
        this.boots++;
        this.running = { slot, image };
        this.disk.poke(places.commandLine, Buffer.from(`console=ttyS0 fettle.slot=${slot} quiet\n`));
        this.disk.poke(places.bootId, Buffer.from(`boot-${this.boots}-${resets}\n`));
        return true;
      }
      if (!trial && this.profile !== 'rauc') break;
    }
    this.unbootable++;
    return false;
  }

  /** Which genuine image lies in a slot, whole. */
  imageIn(slot: Slot): Image | undefined {
    const content = this.disk.peek(places.slots[slot]);
    return this.images.find((image) => content?.subarray(0, image.bytes.length).equals(image.bytes));
  }

  /** The slot that starts from now on, if no trial is open. */
  permanentSlot(): Slot | undefined {
    const variables = this.variables();
    if (!variables) return undefined;
    if (this.profile === 'rauc') return (variables.get('fettle_trial') ?? '') === '' ? raucNext(variables) : undefined;
    const names = countedNames[this.profile];
    if (variables.get(names.trialVariable) === '1') return undefined;
    return variables.get(names.slotVariable) === names.slotValues.b ? 'b' : 'a';
  }

  #choose(): { slot: Slot; trial: boolean } {
    const loaded = this.#load();
    // As U-Boot does: without an environment the built-in defaults count.
    if (!loaded) return { slot: 'a', trial: false };
    const choice =
      this.profile === 'rauc' ? chooseRauc(loaded.variables) : this.#chooseCounted(loaded.variables, this.profile);
    if (choice.changed) this.#store(loaded.variables, loaded.flag, loaded.index);
    return choice;
  }

  #chooseCounted(variables: Map<string, string>, profile: 'fettle' | 'mender') {
    const names = countedNames[profile];
    const slot: Slot = variables.get(names.slotVariable) === names.slotValues.b ? 'b' : 'a';
    if (variables.get(names.trialVariable) !== '1') return { slot, trial: false, changed: false };
    const count = Number(variables.get(names.countVariable) ?? '0');
    const limit = Number(names.limitVariable ? (variables.get(names.limitVariable) ?? '3') : '1');
    if (count < limit && !this.ignoresTrials) {
      variables.set(names.countVariable, String(count + 1));
      return { slot, trial: true, changed: true };
    }
    const old: Slot = slot === 'a' ? 'b' : 'a';
    variables.set(names.slotVariable, names.slotValues[old]);
    variables.set(names.trialVariable, '0');
    variables.set(names.countVariable, '0');
    return { slot: old, trial: false, changed: true };
  }

  #load(): { variables: Map<string, string>; flag: number | null; index: 0 | 1 } | undefined {
    const bytes = this.disk.peek(places.environment) ?? Buffer.alloc(0);
    const first = parseEnvironment(bytes.subarray(0, areaBytes), 'redundant');
    const second = parseEnvironment(bytes.subarray(areaBytes, 2 * areaBytes), 'redundant');
    const index = chooseCopy(first, second);
    const chosen = index === 0 ? first : second;
    return index === undefined || !chosen.ok ? undefined : { ...chosen, index };
  }

  #store(variables: Map<string, string>, flag: number | null, index: number): void {
    const bytes = encodeEnvironment(variables, { form: 'redundant', sizeBytes: areaBytes, flag: nextFlag(flag) });
    this.disk.poke(places.environment, bytes, index === 0 ? areaBytes : 0);
  }
}

const countedNames: Readonly<Record<'fettle' | 'mender', CountedNames>> = { fettle: fettleNames, mender: menderNames };

const factoryVariables: Readonly<Record<ProfileName, readonly [string, string][]>> = {
  fettle: [['slot', 'a']],
  mender: [
    ['mender_boot_part', '2'],
    ['mender_boot_part_hex', '2'],
  ],
  rauc: [
    ['BOOT_ORDER', 'A B'],
    ['BOOT_A_LEFT', '3'],
    ['BOOT_B_LEFT', '3'],
  ],
};

function chooseRauc(variables: Map<string, string>): { slot: Slot; trial: boolean; changed: boolean } {
  const slot = raucNext(variables);
  if (slot) {
    const name = `BOOT_${slot.toUpperCase()}_LEFT`;
    variables.set(name, String(Number(variables.get(name)) - 1));
    return { slot, trial: true, changed: true };
  }
  // RAUC's own script gives every slot new attempts when none has any left.
  variables.set('BOOT_A_LEFT', '3');
  variables.set('BOOT_B_LEFT', '3');
  return { slot: raucNext(variables) ?? 'a', trial: true, changed: true };
}

function raucNext(variables: ReadonlyMap<string, string>): Slot | undefined {
  const order = (variables.get('BOOT_ORDER') ?? '').split(' ');
  const name = order.find((candidate) => Number(variables.get(`BOOT_${candidate}_LEFT`) ?? '0') > 0);
  return name === 'A' ? 'a' : name === 'B' ? 'b' : undefined;
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(slotBytes - bytes.length)]);
}
