import type { DeviceId, Instant, TenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import { updateSeen } from './devices.ts';

/** Devices of one write: small, so that flushing a hundred thousand does not hold up anybody. */
const slice = 250;

/** Remembers when devices were seen and writes it in batches. */
export class SeenBuffer {
  readonly #write: (work: (connection: Connection) => Promise<void>) => Promise<void>;
  #seen = new Map<TenantId, Map<DeviceId, Instant>>();
  #flushing: Promise<void> | undefined;

  constructor(write: (work: (connection: Connection) => Promise<void>) => Promise<void>) {
    this.#write = write;
  }

  /** Devices that wait to be written. */
  get size(): number {
    let size = 0;
    for (const devices of this.#seen.values()) size += devices.size;
    return size;
  }

  add(tenant: TenantId, device: DeviceId, at: Instant): void {
    let devices = this.#seen.get(tenant);
    if (!devices) {
      devices = new Map();
      this.#seen.set(tenant, devices);
    }
    const before = devices.get(device);
    if (before === undefined || before < at) devices.set(device, at);
  }

  /** Writes everything remembered so far. One flush runs at a time; what fails is remembered for the next. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #flushAll(): Promise<void> {
    const seen = this.#seen;
    this.#seen = new Map();
    for (const [tenant, devices] of seen) {
      // In order of id, so that rows of the same page are written together.
      const entries = [...devices].sort(([a], [b]) => (a < b ? -1 : 1));
      for (let from = 0; from < entries.length; from += slice) {
        const part = entries.slice(from, from + slice);
        try {
          await this.#write(async (connection) => {
            for (const [device, at] of part) await updateSeen.run(connection, { tenant, device, at });
          });
        } catch (error) {
          for (const [device, at] of entries.slice(from)) this.add(tenant, device, at);
          throw error;
        }
      }
    }
  }
}
