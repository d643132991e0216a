import type { TenantId } from '@fettle/model';
import { ChangeNotes, type ChangeNotice } from './change-notes.ts';

/** The most bytes that PostgreSQL takes for one notification are 7,999; ids are ASCII. */
const mostBytes = 7_500;

/** A notice and which process it is from, as it travels. */
export interface Announcement extends ChangeNotice {
  readonly origin: string;
}

/** Collects what a transaction of one tenant changed, and says it in notifications that are small enough. */
export class Announcer {
  readonly notes = new ChangeNotes();
  readonly #origin: string;
  readonly #tenant: TenantId | undefined;

  constructor(origin: string, tenant: TenantId | undefined) {
    this.#origin = origin;
    this.#tenant = tenant;
  }

  /** Forgets what was to be told: a new transaction begins. */
  reset(): void {
    this.notes.clear();
  }

  /** What to tell with the commit; nothing when nothing was changed that others may keep. */
  take(): readonly string[] {
    if (this.#tenant === undefined || this.notes.isEmpty) return [];
    const empty = { origin: this.#origin, tenant: this.#tenant, structure: [], counts: {}, devices: [] };
    if (this.notes.everything) return [JSON.stringify({ ...empty, everything: true })];
    const head = {
      ...empty,
      structure: [...this.notes.structure],
      counts: Object.fromEntries([...this.notes.counts].map(([fleet, rollouts]) => [fleet, [...rollouts]])),
      everything: false,
    };
    const fixed = JSON.stringify(head);
    if (fixed.length > mostBytes) return [JSON.stringify({ ...empty, everything: true })];
    const payloads: string[] = [];
    let devices: string[] = [];
    let size = fixed.length;
    for (const device of this.notes.devices) {
      if (size + device.length + 3 > mostBytes) {
        payloads.push(JSON.stringify({ ...(payloads.length === 0 ? head : empty), everything: false, devices }));
        devices = [];
        size = fixed.length;
      }
      devices.push(device);
      size += device.length + 3;
    }
    payloads.push(JSON.stringify({ ...(payloads.length === 0 ? head : empty), everything: false, devices }));
    return payloads;
  }
}

/** Reads a notification; undefined when it is not one that this version understands. */
export function readAnnouncement(payload: string): Announcement | undefined {
  try {
    const read: Partial<Announcement> = JSON.parse(payload);
    const isWhole =
      typeof read.origin === 'string' &&
      typeof read.tenant === 'string' &&
      Array.isArray(read.structure) &&
      Array.isArray(read.devices) &&
      typeof read.counts === 'object' &&
      read.counts !== null;
    return isWhole ? (read as Announcement) : undefined;
  } catch {
    return undefined;
  }
}
