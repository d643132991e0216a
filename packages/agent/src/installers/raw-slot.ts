import type { Slot } from '../boot/boot-driver.ts';
import { type Disk, type DiskEntry, type DiskFile, folderOf } from '../disk.ts';
import type { Installer } from './installer.ts';

const readBytes = 1_048_576;
/** Free space is told in steps of this, so that a device with nothing new says the same again. */
const freeStepBytes = 1_048_576;

export interface RawSlots {
  readonly slots: Readonly<Record<Slot, string>>;
  readonly slotSizeBytes: number | null;
}

/** Slots that are block devices or files of a fixed size; the image lies at their beginning. */
export function rawSlotInstaller(disk: Disk, components: Readonly<Record<string, RawSlots>>): Installer {
  const setupOf = (component: string): RawSlots => {
    const setup = components[component];
    if (!setup) throw new Error(`No slots are configured for component ${component}.`);
    return setup;
  };
  const pathOf = (component: string, slot: Slot) => setupOf(component).slots[slot];
  /** Devices do not grow, and finding the size of one takes a few dozen reads. */
  const blockBytes = new Map<string, number>();
  const roomIn = (component: string, entry: DiskEntry | undefined): number | undefined => {
    if (entry?.kind === 'block') return entry.sizeBytes;
    const configured = setupOf(component).slotSizeBytes;
    if (configured !== null) return configured;
    return entry?.kind === 'file' && entry.sizeBytes > 0 ? entry.sizeBytes : undefined;
  };
  return {
    async roomBytes(component, slot) {
      return roomIn(component, await disk.stat(pathOf(component, slot)));
    },
    async freeBytes(component, slot) {
      const path = pathOf(component, slot);
      const known = blockBytes.get(path);
      if (known !== undefined) return known;
      const entry = await disk.stat(path);
      if (entry?.kind === 'block') {
        blockBytes.set(path, entry.sizeBytes);
        return entry.sizeBytes;
      }
      const room = roomIn(component, entry);
      if (room === undefined) return undefined;
      const free = await disk.freeBytes(folderOf(path));
      return Math.min(room, (entry?.allocatedBytes ?? 0) + (free - (free % freeStepBytes)));
    },
    async open(component, slot) {
      const path = pathOf(component, slot);
      if (!(await disk.stat(path))) {
        await (await disk.open(path, 'create')).close();
        await disk.syncFolder(folderOf(path));
      }
      return disk.open(path, 'write');
    },
    async read(component, slot, { sizeBytes, feed }) {
      const file = await disk.open(pathOf(component, slot), 'read');
      try {
        const buffer = Buffer.alloc(Math.min(readBytes, Math.max(1, sizeBytes)));
        let offset = 0;
        while (offset < sizeBytes) {
          const got = await file.read(buffer.subarray(0, Math.min(buffer.length, sizeBytes - offset)), offset);
          if (got === 0) return false;
          feed(buffer.subarray(0, got));
          offset += got;
        }
        return true;
      } finally {
        await file.close();
      }
    },
    async readAt(component, slot, { sizeBytes, use }) {
      const file = await disk.open(pathOf(component, slot), 'read');
      try {
        return await use({ size: sizeBytes, read: (offset, length) => readWhole(file, offset, length) });
      } finally {
        await file.close();
      }
    },
    async fileBytes(component, slot) {
      const entry = await disk.stat(pathOf(component, slot));
      return entry?.kind === 'file' ? entry.sizeBytes : undefined;
    },
  };
}

async function readWhole(file: DiskFile, offset: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const got = await file.read(buffer.subarray(done), offset + done);
    if (got === 0) throw new Error(`The slot ends at byte ${offset + done}, before the image does.`);
    done += got;
  }
  return buffer;
}
