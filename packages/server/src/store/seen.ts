import type { DeviceId, Instant, TenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import { updateSeen } from './devices.ts';

/** Devices of one write: small, so that flushing a hundred thousand does not hold up anybody. */
const slice = 250;
/** So many are not kept waiting for the next regular flush: a herd of a million must not fill the memory. */
const mostWaiting = 4_096;

/** Runs work in a transaction for one tenant. */
export type WriteSeen = (work: (connection: Connection) => Promise<void>, tenant: TenantId) => Promise<void>;

/** Remembers when devices were seen and writes it in batches. */
export class SeenBuffer {
  readonly #write: WriteSeen;
  #seen = new Map<TenantId, Map<DeviceId, Instant>>();
  #size = 0;
  #flushing: Promise<void> | undefined;

  constructor(write: WriteSeen) {
    this.#write = write;
  }

  /** Devices that wait to be written. */
  get size(): number {
    return this.#size;
  }

  add(tenant: TenantId, device: DeviceId, at: Instant): void {
    this.#note(tenant, device, at);
    // A failure is told by the regular flush, which comes soon and tries again.
    if (this.#size >= mostWaiting && !this.#flushing) this.flush().catch(() => {});
  }

  /** Writes everything remembered so far. One flush runs at a time; what fails is remembered for the next. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  #note(tenant: TenantId, device: DeviceId, at: Instant): void {
    let devices = this.#seen.get(tenant);
    if (!devices) {
      devices = new Map();
      this.#seen.set(tenant, devices);
    }
    const before = devices.get(device);
    if (before === undefined) this.#size++;
    if (before === undefined || before < at) devices.set(device, at);
  }

  async #flushAll(): Promise<void> {
    const seen = this.#seen;
    this.#seen = new Map();
    this.#size = 0;
    for (const [tenant, devices] of seen) {
      // In order of id, so that rows of the same page are written together.
      const ids = [...devices.keys()].sort();
      for (let from = 0; from < ids.length; from += slice) {
        const part = ids.slice(from, from + slice);
        try {
          // All at once: where the database is far away, one way there and back does for all of them.
          await this.#write(async (connection) => {
            const write = (device: DeviceId) =>
              updateSeen.run(connection, { tenant, device, at: devices.get(device) ?? 0 });
            await Promise.all(part.map(write));
          }, tenant);
        } catch (error) {
          for (const device of ids.slice(from)) this.#note(tenant, device, devices.get(device) ?? 0);
          throw error;
        }
      }
    }
  }
}
