import type { FleetId, Instant } from '@fettle/model';
import { fileMetaOf, signTime, type TargetFile, wireName } from '@fettle/trust';
import { signSet } from './director-repository.ts';
import type { DrillDevice, Network } from './drill-device.ts';
import { dayMs, type HeldRole, holdNew, keyTableOf, quorumOf, roleKeysOf, signAs } from './held-role.ts';
import { type ImageRepository, overlaid, signOver } from './image-repository.ts';
import { releaseOf } from './releases.ts';
import type { RootChain } from './root-chain.ts';
import type { Repositories, Revoked } from './rotations.ts';

/** What the thief wants installed: a release that nobody made. */
const evilCounter = 1_000_000;
/** As far as a version goes. */
const farVersion = 2 ** 31;
/** How far ahead the thief's time is: no further than honest files are fresh. */
const ahead = 20 * dayMs;

/** An attempt with revoked keys. */
export interface Attempt {
  readonly network: Network;
  /** What the device trusts afterwards is thrown away: the thief needed keys that are still good besides. */
  readonly rehearsed: boolean;
}

/**
 * Somebody who holds revoked keys and stands between devices and the server. Where revoked keys alone lead nowhere,
 * every online key that is in use today is theirs as well.
 */
export class Thief {
  readonly #repositories: Repositories;
  readonly #own: HeldRole = holdNew({ kinds: ['ed25519'], threshold: 1 });
  readonly #image = new Map<string, { readonly until: Instant; readonly files: ReadonlyMap<string, Uint8Array> }>();

  constructor(repositories: Repositories) {
    this.#repositories = repositories;
  }

  /** What a device reaches while the thief acts; `honest` is what it reaches otherwise. */
  async act(revoked: Revoked, device: DrillDevice, { honest, now }: Scene): Promise<Attempt> {
    const { image, director } = this.#repositories;
    switch (revoked.key) {
      case 'image-root': {
        const files = await this.#root(revoked, image.roots, now);
        return { network: { ...honest, fetchImage: overlaid(honest.fetchImage, files) }, rehearsed: false };
      }
      case 'director-root': {
        const files = await this.#root(revoked, director.roots, now);
        return { network: { ...honest, fetchDirector: overlaid(honest.fetchDirector, files) }, rehearsed: false };
      }
      case 'online':
        return { network: await this.#online(revoked, device, { honest, now }), rehearsed: false };
      case 'image-targets':
      case 'fleet':
        return { network: await this.#evil(revoked, device, { honest, now }), rehearsed: true };
    }
  }

  /** While the online keys are still in use: versions as high as they go, and a time years ahead. */
  async driveUp(held: Revoked, device: DrillDevice, { honest, now: today }: Scene): Promise<Network> {
    const now = today + ahead;
    const files = await this.#kept('drive up', today, async () => {
      const versions = { snapshot: farVersion, timestamp: farVersion };
      return await signOver(this.#repositories.image.meta, { now, versions, holders: held.image });
    });
    const set = await signSet(held.director, {
      device: device.id,
      targets: releaseOf(device.fleet, device.releaseCounter).assigned,
      version: farVersion,
      now,
    });
    return {
      fetchDirector: overlaid(honest.fetchDirector, set),
      fetchImage: overlaid(honest.fetchImage, files),
      askTime: (nonce) => tell(held, nonce, now),
    };
  }

  /** A root after the newest one, by those who held the role before: it hands the repository to the thief. */
  async #root({ key, image, director }: Revoked, chain: RootChain, now: Instant) {
    return await this.#kept(`${key} ${chain.version}`, now, async () => {
      const former = key === 'image-root' ? image.root : director.root;
      const next = chain.next(now);
      const root = roleKeysOf(this.#own);
      const made = { ...next, keys: new Map([...next.keys, ...keyTableOf(this.#own)]), roles: { ...next.roles, root } };
      const bytes = await signAs(made, [...quorumOf(former), ...this.#own.signers]);
      return new Map([[wireName('root', made.version), bytes]]);
    });
  }

  /** By turns: the director's files, the image repository's, the time. */
  async #online(revoked: Revoked, device: DrillDevice, { honest, now }: Scene): Promise<Network> {
    const { image, director } = this.#repositories;
    const turn = device.index % 3;
    if (turn === 0) {
      const version = director.lastVersion(device.id) + 1;
      const { assigned: targets } = releaseOf(device.fleet, evilCounter);
      const set = await signSet(revoked.director, { device: device.id, targets, version, now });
      return { ...honest, fetchDirector: overlaid(honest.fetchDirector, set) };
    }
    if (turn === 1) {
      const files = await this.#kept(`online ${image.timestampVersion}`, now, async () => {
        return await signOver(image.meta, { now, versions: nextVersions(image), holders: revoked.image });
      });
      return { ...honest, fetchImage: overlaid(honest.fetchImage, files) };
    }
    return { ...honest, askTime: (nonce) => tell(revoked, nonce, now + 365 * dayMs) };
  }

  /** An evil release, listed with the revoked keys and pushed with all online keys of today. */
  async #evil(revoked: Revoked, device: DrillDevice, { honest, now }: Scene): Promise<Network> {
    const { image, director } = this.#repositories;
    const { listed, assigned: targets } = releaseOf(device.fleet, evilCounter);
    const version = director.lastVersion(device.id) + 1;
    const set = await signSet(director.roots.held, { device: device.id, targets, version, now });
    const files = await this.#kept(`${revoked.key} ${device.fleet} ${image.timestampVersion}`, now, async () => {
      return await this.#evilImage(revoked, device.fleet, { listed, now });
    });
    return {
      ...honest,
      fetchDirector: overlaid(honest.fetchDirector, set),
      fetchImage: overlaid(honest.fetchImage, files),
    };
  }

  async #evilImage(
    revoked: Revoked,
    fleet: FleetId,
    { listed, now }: { readonly listed: ReadonlyMap<string, TargetFile>; readonly now: Instant },
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    const { image } = this.#repositories;
    const files = new Map<string, Uint8Array>();
    const meta = new Map(image.meta);
    const holdsTargets = revoked.key === 'image-targets';
    if (holdsTargets) {
      const made = image.delegating(now, new Map([...image.fleets, [fleet, this.#own]]));
      const bytes = await signAs(made, quorumOf(revoked.image.targets));
      files.set(wireName('targets', made.version), bytes);
      meta.set('targets', fileMetaOf(made.version, bytes));
    }
    const holder = holdsTargets ? this.#own : (revoked.fleets.get(fleet) ?? this.#own);
    const role = image.fleetRole(fleet, now, listed);
    const bytes = await signAs(role, quorumOf(holder));
    files.set(wireName(fleet, role.version), bytes);
    meta.set(fleet, fileMetaOf(role.version, bytes));
    const signed = await signOver(meta, { now, versions: nextVersions(image), holders: image.roots.held });
    return new Map([...files, ...signed]);
  }

  /** Files that serve many devices, until they would be stale. */
  async #kept(what: string, now: Instant, make: () => Promise<ReadonlyMap<string, Uint8Array>>) {
    const known = this.#image.get(what);
    if (known && now < known.until) return known.files;
    const files = await make();
    this.#image.set(what, { until: now + dayMs / 4, files });
    return files;
  }
}

/** When it happens, and what the device would reach if nobody interfered. */
export interface Scene {
  readonly honest: Network;
  readonly now: Instant;
}

function nextVersions({ snapshotVersion, timestampVersion }: ImageRepository) {
  return { snapshot: snapshotVersion + 1, timestamp: timestampVersion + 1 };
}

async function tell({ time }: Revoked, nonce: string, instant: Instant): Promise<Uint8Array | undefined> {
  const [signer] = time?.signers ?? [];
  return signer && (await signTime(nonce, Math.floor(instant / 1_000) * 1_000, signer));
}
