import type { Source } from '@fettle/images';
import type { Slot } from '../boot/boot-driver.ts';

/** A slot that is being written. Nothing is safe before `sync` has returned. */
export interface SlotWriter {
  write(bytes: Uint8Array, offsetBytes: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Puts an artifact into a slot and says what lies there. */
export interface Installer {
  /** @returns bytes that fit; undefined when the slot does not exist and nobody says how big it should be */
  roomBytes(component: string, slot: Slot): Promise<number | undefined>;
  /**
   * What could be written into a slot now: all its room, unless it is a file on a file system that is getting full.
   * @returns undefined when nobody can say
   */
  freeBytes(component: string, slot: Slot): Promise<number | undefined>;
  open(component: string, slot: Slot): Promise<SlotWriter>;
  /** Feeds the first bytes of a slot, as storage gives them back. @returns false when there are fewer */
  read(
    component: string,
    slot: Slot,
    range: { sizeBytes: number; feed: (bytes: Uint8Array) => void },
  ): Promise<boolean>;
  /** Opens the first bytes of a slot for reading anywhere in them, as storage gives them back. */
  readAt<T>(
    component: string,
    slot: Slot,
    range: { sizeBytes: number; use: (source: Source) => Promise<T> },
  ): Promise<T>;
  /** Length of a slot that is a file as it stands; undefined for a device, whose image has no end of its own. */
  fileBytes(component: string, slot: Slot): Promise<number | undefined>;
}
