import type { BootDriver, Slot } from './boot/boot-driver.ts';
import { type Disk, readSmallFile } from './disk.ts';
import type { Facts } from './plan.ts';

export interface FactPlaces {
  readonly bootedSlot: { readonly file: string; readonly argument: string };
  readonly bootId: { readonly file: string };
}

const maxBytes = 65_536;

/** Asks the running system what is true: which slot, which boot, which boot settings. */
export async function readFacts(disk: Disk, places: FactPlaces, boot: BootDriver): Promise<Facts> {
  const commandLine = await readText(disk, places.bootedSlot.file);
  const id = await readText(disk, places.bootId.file);
  return {
    booted: slotIn(commandLine ?? '', places.bootedSlot.argument),
    bootId: id?.trim().slice(0, 200) || null,
    boot: await boot.read().catch((error: Error) => ({ ok: false as const, message: error.message })),
  };
}

/** The last such word counts, as the kernel reads its command line. */
function slotIn(commandLine: string, argument: string): Slot | null {
  const words = commandLine.split(/\s+/).filter((word) => word.startsWith(`${argument}=`));
  const value = words.at(-1)?.slice(argument.length + 1);
  return value === 'a' || value === 'b' ? value : null;
}

async function readText(disk: Disk, path: string): Promise<string | undefined> {
  const bytes = await readSmallFile(disk, path, maxBytes).catch(() => undefined);
  return bytes?.toString('utf8');
}
