import assert from 'node:assert/strict';
import { checkIn, type DeviceScope, getRollout, takeReports, tickRollouts } from '@fettle/control';
import type { DeploymentError, DeploymentStatus, Manifest, RolloutId } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { createWorld, type World } from '../../support/memory-brain.ts';

/** How a device behaves once it has been told to install. */
export interface Nature {
  /** Ends the installation otherwise than by success. */
  readonly fails?: { readonly status: DeploymentStatus; readonly error: DeploymentError } | undefined;
  /** So long after the commit, in milliseconds, its health turns bad. */
  readonly turnsBadAfterMs?: number | undefined;
  /** It never calls again: after the commit, or while it boots the new release. */
  readonly goesDark?: 'committed' | 'rebooting' | undefined;
}
const sound: Nature = {};

const stepMs = 10_000;
/** Each device calls once in so many steps: the fleet's check-in interval is a minute. */
const stepsPerCall = 6;

export class PretendDevice {
  readonly scope: DeviceScope;
  current: Manifest;
  health: 'good' | 'bad' = 'good';
  isDark = false;
  committedAt: number | undefined;
  nature: Nature = sound;
  metrics: Record<string, number> | undefined;
  asked: readonly string[] = [];
  #open: native.OfferMessage | undefined;
  #sequence = 0;
  readonly #fleet: PretendFleet;

  constructor(fleet: PretendFleet, scope: DeviceScope, current: Manifest) {
    this.#fleet = fleet;
    this.scope = scope;
    this.current = current;
  }

  get id(): string {
    return this.scope.device;
  }

  async call(): Promise<void> {
    if (this.isDark) return;
    const { now } = this.#fleet.world;
    const { turnsBadAfterMs } = this.nature;
    if (turnsBadAfterMs !== undefined && this.committedAt !== undefined && now >= this.committedAt + turnsBadAfterMs) {
      this.health = 'bad';
    }
    const [artifact] = this.current.artifacts;
    assert.ok(artifact);
    const { version, counter } = this.current;
    const answer = await checkIn(this.scope, this.#fleet.world.brain, {
      attributes: { health: this.health },
      current: { rootfs: { version, counter, sha256: artifact.digest } },
      ...(this.metrics && this.asked.length > 0 ? { metrics: this.metrics } : {}),
    });
    this.asked = answer.wantMetrics ?? [];
    if (answer.offer && answer.offer.deployment !== this.#open?.deployment) await this.#install(answer.offer);
  }

  async #install(offer: native.OfferMessage): Promise<void> {
    this.#open = offer;
    this.#sequence = 0;
    this.nature = this.#fleet.natureOf(this);
    await this.report('rebooting');
    if (this.nature.goesDark === 'rebooting') {
      this.isDark = true;
      return;
    }
    if (this.nature.fails) {
      await this.report(this.nature.fails.status, this.nature.fails.error);
      return;
    }
    this.current = this.#fleet.manifest(offer.version);
    this.committedAt = this.#fleet.world.now;
    await this.report('succeeded');
    if (this.nature.goesDark === 'committed') this.isDark = true;
  }

  /** Sends a report, each as often as the fleet repeats itself. */
  async report(status: DeploymentStatus, error?: DeploymentError): Promise<void> {
    assert.ok(this.#open);
    const report = {
      deployment: this.#open.deployment,
      sequence: ++this.#sequence,
      status,
      ...(error ? { error } : {}),
    };
    for (let i = 0; i < this.#fleet.repeats; i++) {
      await takeReports(this.scope, this.#fleet.world.brain, { reports: [report] });
    }
  }
}

/** Devices that call once a minute over the real brain and store, in virtual time. */
export class PretendFleet {
  readonly world: World;
  readonly devices: PretendDevice[] = [];
  readonly #manifests = new Map<string, Manifest>();
  /** What becomes of a device that is offered the release. */
  natureOf: (device: PretendDevice) => Nature = () => sound;
  /** Called for every device before it calls. */
  before: (device: PretendDevice) => void = () => {};
  repeats = 1;
  #step = 0;

  private constructor(world: World) {
    this.world = world;
  }

  static async open(count: number, seed = 1): Promise<PretendFleet> {
    const fleet = new PretendFleet(await createWorld(seed));
    const factory = await fleet.publish('1.0.0', { allowDowngrade: true });
    for (let i = 0; i < count; i++) {
      const scope = await fleet.world.addDevice(`d-${String(i).padStart(4, '0')}`);
      fleet.devices.push(new PretendDevice(fleet, scope, factory));
    }
    await fleet.pass(60_000);
    return fleet;
  }

  async publish(version: string, changes: Partial<Manifest> = {}): Promise<Manifest> {
    const manifest = await this.world.publish(version, changes);
    this.#manifests.set(version, manifest);
    return manifest;
  }

  manifest(version: string): Manifest {
    const found = this.#manifests.get(version);
    assert.ok(found);
    return found;
  }

  /** Lets time pass: devices call when it is their turn, the server ticks after every step. */
  async pass(ms: number): Promise<void> {
    for (const end = this.world.now + ms; this.world.now < end; ) {
      this.world.now += stepMs;
      this.#step++;
      for (let i = this.#step % stepsPerCall; i < this.devices.length; i += stepsPerCall) {
        const device = this.devices[i] as PretendDevice;
        this.before(device);
        await device.call();
      }
      await this.world.flushSeen();
      await tickRollouts(this.world.brain);
    }
  }

  /** Lets time pass until the rollout is in one of these states, at most so long. */
  async passUntil(id: RolloutId, statuses: readonly string[], mostMs: number) {
    for (const end = this.world.now + mostMs; this.world.now < end; ) {
      await this.pass(60_000);
      if (statuses.includes((await this.view(id)).rollout.status)) break;
    }
    return this.view(id);
  }

  view(id: RolloutId) {
    return getRollout(this.world.admin, this.world.brain, id);
  }
}
