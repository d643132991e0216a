import type { Device, Instant } from '@fettle/model';
import type { SeenTimes } from './tables.ts';

/**
 * A device as it is kept: when it was last seen is looked up when somebody wants to know it, which is far more seldom
 * than devices are read. A copy of it has no such time; storing the copy gives it one again.
 */
export class StoredDevice implements Device {
  readonly id: Device['id'];
  readonly fleet: Device['fleet'];
  readonly type: Device['type'];
  readonly status: Device['status'];
  readonly publicKey: Device['publicKey'];
  readonly attributes: Device['attributes'];
  readonly tags: Device['tags'];
  readonly current: Device['current'];
  readonly openDeployment: Device['openDeployment'];
  readonly attempts: Device['attempts'];
  readonly enrolledAt: Device['enrolledAt'];
  readonly #seen: SeenTimes;

  constructor(device: Omit<Device, 'lastSeenAt'>, seen: SeenTimes) {
    this.id = device.id;
    this.fleet = device.fleet;
    this.type = device.type;
    this.status = device.status;
    this.publicKey = device.publicKey;
    this.attributes = device.attributes;
    this.tags = device.tags;
    this.current = device.current;
    this.openDeployment = device.openDeployment;
    this.attempts = device.attempts;
    this.enrolledAt = device.enrolledAt;
    this.#seen = seen;
  }

  get lastSeenAt(): Instant | null {
    return this.#seen.of(this.id);
  }
}
