import { type DeviceVerdict, signTime, type TargetFile } from '@fettle/trust';
import { fraction } from '../fleet/random.ts';
import { Timeline } from '../world/kernel/timeline.ts';
import { DirectorRepository } from './director-repository.ts';
import { type ClockHabit, clockHabits, contact, type DrillDevice, makeDevices, type Network } from './drill-device.ts';
import { checkOptions, type DrillOptions } from './drill-options.ts';
import { dayMs } from './held-role.ts';
import { ImageRepository } from './image-repository.ts';
import { Judge, rootVersionOf } from './judge.ts';
import { type DrillRelease, releaseOf } from './releases.ts';
import type { DrillResult, PlayedRotation, Stranding } from './result.ts';
import { type Repositories, type Revoked, type Rotatable, rotate } from './rotations.ts';
import { Thief } from './thief.ts';

const start = Date.UTC(2030, 0, 1);
/** One in so many devices meets the thief while the online keys are still in use. */
const drivenUpShare = 20;
const renewalDays = 20;
const nothing: ReadonlyMap<string, TargetFile> = new Map();

/**
 * Plays rotations of keys against a simulated copy of a fleet in virtual time, through the client that agents use.
 * After each rotation whoever holds the revoked keys tries every device that comes, before it is let through.
 * @throws FettleError `invalid-input`
 */
export async function runDrill(options: DrillOptions): Promise<DrillResult> {
  checkOptions(options);
  const drill = new Drill(options);
  await drill.begin();
  return await drill.play();
}

class Drill {
  readonly #options: DrillOptions;
  readonly #repositories: Repositories;
  readonly #timeline = new Timeline(start);
  readonly #judge: Judge;
  readonly #thief: Thief;
  readonly #revoked: Revoked[] = [];
  readonly #rotations: PlayedRotation[] = [];
  readonly #releases = new Map<string, DrillRelease>();
  readonly #stoppedBy: Record<string, number> = {};
  readonly #accepted: string[] = [];
  #devices: readonly DrillDevice[] = [];
  #counts = { made: 0, acceptedRevoked: 0, drivenUp: 0, updated: 0, refused: 0 };

  constructor(options: DrillOptions) {
    this.#options = options;
    const { image, director } = options.blueprint;
    this.#repositories = { image: new ImageRepository(image), director: new DirectorRepository(director) };
    this.#judge = new Judge(this.#repositories);
    this.#thief = new Thief(this.#repositories);
  }

  async begin(): Promise<void> {
    const { image, director } = this.#repositories;
    await image.roots.publish(start);
    await director.roots.publish(start);
    await this.#release();
    const { devices, seed, shares } = this.#options;
    this.#devices = makeDevices(devices, this.#repositories, { seed, shares });
  }

  async play(): Promise<DrillResult> {
    const { keys, days } = this.#options;
    const last = start + days * dayMs;
    for (let day = renewalDays; day < days; day += renewalDays) {
      this.#timeline.at(start + day * dayMs, () => this.#renew());
    }
    for (const device of this.#devices) this.#visit(device, start, () => this.#update(device));
    keys.forEach((key, index) => {
      const day = Math.floor(((index + 1) * days) / (keys.length + 1));
      this.#timeline.at(start + day * dayMs, () => this.#rotate(key, day));
    });
    await this.#timeline.run(last);
    await this.#release();
    for (const device of this.#devices) this.#visit(device, last, () => this.#comeBack(device));
    await this.#timeline.run(last + 2 * dayMs);
    return await this.#result();
  }

  /** Something that a device does at its own hour of the day that begins then. */
  #visit(device: DrillDevice, from: number, act: () => Promise<unknown>): void {
    this.#timeline.at(from + fraction(this.#options.seed, 'hour', device.id, from) * dayMs, act);
  }

  async #rotate(key: Rotatable, day: number): Promise<void> {
    if (key === 'online') await this.#driveUp();
    const now = this.#timeline.now;
    const { blueprint: shape, lost } = this.#options;
    const revoked = await rotate(key, this.#repositories, { shape, now, lost });
    this.#revoked.push(revoked);
    this.#judge.revoke(revoked);
    await this.#release();
    const { image, director } = this.#repositories;
    const roots = { imageRoot: image.roots.version, directorRoot: director.roots.version };
    for (const device of this.#devices) if (!device.sleeps) this.#visit(device, now, () => this.#comeBack(device));
    const told = this.#rotations.length;
    this.#rotations.push({ key, day, ...roots, unaware: 0 });
    this.#timeline.at(now + dayMs, () => {
      this.#rotations[told] = { key, day, ...roots, unaware: this.#unaware(key, roots) };
    });
  }

  /** The last hours of online keys that are known to be stolen: some devices hear the thief first. */
  async #driveUp(): Promise<void> {
    const { image, director } = this.#repositories;
    const { held } = director.roots;
    const loot = { key: 'online', image: image.roots.held, director: held, time: director.roots.time } as const;
    for (const device of this.#devices) {
      if (device.sleeps || device.index % drivenUpShare !== 0) continue;
      const scene = { honest: this.#honest(device), now: this.#timeline.now };
      const network = await this.#thief.driveUp({ ...loot, fleets: image.fleets }, device, scene);
      const verdict = await contact(device, network, this.#timeline.now, this.#options.seed);
      if (verdict.ok) this.#counts.drivenUp += 1;
    }
  }

  /** A device that was away: a thief meets it first; where its clock is wrong, the time is not told at once either. */
  async #comeBack(device: DrillDevice): Promise<void> {
    const revoked = this.#revoked.at(-1 - (device.index % this.#revoked.length));
    if (revoked) await this.#attempt(device, revoked);
    if (device.clock !== 'right') {
      const { ok } = await this.#update(device, { ...this.#honest(device), askTime: async () => undefined });
      this.#counts[ok ? 'updated' : 'refused'] += 1;
    }
    await this.#update(device);
  }

  async #attempt(device: DrillDevice, revoked: Revoked): Promise<void> {
    const { trust, releaseCounter } = device;
    const honest = this.#honest(device);
    const { network, rehearsed } = await this.#thief.act(revoked, device, { honest, now: this.#timeline.now });
    const verdict = await contact(device, network, this.#timeline.now, this.#options.seed);
    this.#counts.made += 1;
    const stop = verdict.ok ? `time: ${verdict.time.problem ?? 'believed'}` : verdict.code;
    this.#stoppedBy[stop] = (this.#stoppedBy[stop] ?? 0) + 1;
    const fault = this.#judge.fault(trust, verdict, network.askTime !== honest.askTime);
    if (fault !== undefined) {
      this.#counts.acceptedRevoked += 1;
      if (this.#accepted.length < 10) this.#accepted.push(`${device.id} believed ${fault}`);
    }
    if (rehearsed) Object.assign(device, { trust, releaseCounter });
  }

  async #update(device: DrillDevice, network = this.#honest(device)): Promise<DeviceVerdict> {
    return await contact(device, network, this.#timeline.now, this.#options.seed);
  }

  /** What a device reaches when nobody interferes. */
  #honest(device: DrillDevice): Network {
    const { image, director } = this.#repositories;
    const now = this.#timeline.now;
    const newest = this.#releases.get(device.fleet);
    const targets = newest && device.releaseCounter < newest.counter ? newest.assigned : nothing;
    return {
      fetchImage: (name) => image.fetch(name, now),
      fetchDirector: (name) => director.fetch(name, { now, device: device.id, targets }),
      askTime: async (nonce) => {
        const [signer] = director.roots.time?.signers ?? [];
        return signer && (await signTime(nonce, Math.floor(now / 1_000) * 1_000, signer));
      },
    };
  }

  /** The next release of every fleet. */
  async #release(): Promise<void> {
    const { image } = this.#repositories;
    for (const fleet of image.fleets.keys()) {
      const next = releaseOf(fleet, (this.#releases.get(fleet)?.counter ?? 0) + 1);
      image.add(fleet, next.listed);
      this.#releases.set(fleet, next);
    }
    await image.publish(this.#timeline.now);
  }

  /** Officers renew in time what would end. */
  async #renew(): Promise<void> {
    const { image, director } = this.#repositories;
    for (const { roots } of [image, director]) {
      if (roots.isDue(this.#timeline.now)) await roots.publish(this.#timeline.now);
    }
    await image.publish(this.#timeline.now);
  }

  #unaware(key: Rotatable, roots: { readonly imageRoot: number; readonly directorRoot: number }): number {
    const knows = ({ trust, releaseCounter, fleet }: DrillDevice) => {
      // A fleet's key is no matter of roots: who has the release that the new key signed has the new delegation too.
      if (key === 'fleet') return releaseCounter >= (this.#releases.get(fleet)?.counter ?? 0);
      const image = key === 'director-root' || rootVersionOf(trust.image) >= roots.imageRoot;
      return image && (key !== 'director-root' || rootVersionOf(trust.director) >= roots.directorRoot);
    };
    return this.#devices.filter((device) => !knows(device)).length;
  }

  async #result(): Promise<DrillResult> {
    const { made, acceptedRevoked, drivenUp, updated, refused } = this.#counts;
    const stranded = await this.#stranded();
    const lost = stranded.reduce((sum, { devices }) => sum + devices, 0);
    const clocks = Object.fromEntries(
      clockHabits.map((habit) => [habit, this.#devices.filter(({ clock }) => clock === habit).length]),
    ) as Record<ClockHabit, number>;
    return {
      devices: this.#devices.length,
      asleep: this.#devices.filter(({ sleeps }) => sleeps).length,
      days: this.#options.days,
      contacts: this.#devices.reduce((sum, { contacts }) => sum + contacts, 0),
      clocks,
      rotations: this.#rotations,
      recovered: this.#devices.length - lost,
      stranded,
      attempts: { made, stoppedBy: this.#stoppedBy },
      acceptedRevoked,
      accepted: this.#accepted,
      drivenUp,
      withoutTime: { updated, refused },
    };
  }

  /** Who does not have the newest roots and the newest release: asked once more for the reason. */
  async #stranded(): Promise<readonly Stranding[]> {
    const { image, director } = this.#repositories;
    const byReason = new Map<string, { -readonly [K in keyof Stranding]: Stranding[K] }>();
    for (const device of this.#devices) {
      const { trust, releaseCounter, fleet } = device;
      const isBack =
        rootVersionOf(trust.image) === image.roots.version &&
        rootVersionOf(trust.director) === director.roots.version &&
        releaseCounter === this.#releases.get(fleet)?.counter;
      if (isBack) continue;
      const verdict = await this.#update(device);
      const [code, message] = verdict.ok ? ['late', 'It needed one update more.'] : [verdict.code, verdict.message];
      const known = byReason.get(message);
      if (known) known.devices += 1;
      else byReason.set(message, { code, message, devices: 1, example: device.id });
    }
    return [...byReason.values()].sort((a, b) => b.devices - a.devices);
  }
}
