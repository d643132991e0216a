import type { FleetId, Instant, Manifest, Repository } from '@fettle/model';
import {
  encodeMetadata,
  generateKeyPem,
  type Metadata,
  type RootMetadata,
  type Signer,
  signatureBy,
  signerFromPem,
  signMetadata,
  type TargetFile,
  type TargetsMetadata,
  type TufKey,
  type TufSignature,
  targetsOfManifest,
  tufKeyOf,
} from '@fettle/trust';
import type { OnlineKeys } from '../src/trust/online-signer.ts';

const dayMs = 86_400_000;

/** A file that people have signed, before it goes anywhere. */
export interface Staged {
  readonly repository: Repository;
  readonly role: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly TufSignature[];
}

/** The officers of a tenant with their keys: makes the files that people sign. */
export class Ceremony {
  rootOfficers: readonly Signer[] = newSigners(3);
  targetsOfficers: readonly Signer[] = newSigners(3);
  directorOfficers: readonly Signer[] = newSigners(3);
  readonly fleetKeys = new Map<string, readonly Signer[]>();
  readonly versions = new Map<string, number>();
  /** The targets that each fleet's role lists. */
  readonly listed = new Map<string, ReadonlyMap<string, TargetFile>>();
  floors: ReadonlyMap<string, number> = new Map();
  now: () => Instant;

  constructor(now: () => Instant) {
    this.now = now;
  }

  /** @param signers two of three, when absent */
  async imageRoot(online: OnlineKeys, change: Partial<RootMetadata> = {}, signers?: readonly Signer[]) {
    const keys = keysOf([...this.rootOfficers, ...this.targetsOfficers], Object.values(online.image));
    const roles = {
      root: roleOf(this.rootOfficers, 2),
      targets: roleOf(this.targetsOfficers, 2),
      snapshot: { keyids: [online.image.snapshot.keyid], threshold: 1 },
      timestamp: { keyids: [online.image.timestamp.keyid], threshold: 1 },
    };
    const root: RootMetadata = {
      type: 'root',
      ...this.common('image root', 300),
      keys,
      roles,
      time: undefined,
      ...change,
    };
    return this.staged('image', 'root', root, signers ?? this.rootOfficers.slice(0, 2));
  }

  async directorRoot(online: OnlineKeys, change: Partial<RootMetadata> = {}, signers?: readonly Signer[]) {
    const keys = keysOf(this.directorOfficers, Object.values(online.director));
    const one = (key: TufKey) => ({ keyids: [key.keyid], threshold: 1 });
    const roles = {
      root: roleOf(this.directorOfficers, 2),
      targets: one(online.director.targets),
      snapshot: one(online.director.snapshot),
      timestamp: one(online.director.timestamp),
    };
    const time = { keys: [online.time], floor: undefined };
    const root: RootMetadata = { type: 'root', ...this.common('director root', 300), keys, roles, time, ...change };
    return this.staged('director', 'root', root, signers ?? this.directorOfficers.slice(0, 2));
  }

  /** The top-level targets, delegating to these fleets; each gets a key when it has none. */
  async targets(fleets: readonly string[], change: Partial<TargetsMetadata> = {}, signers?: readonly Signer[]) {
    const roles = fleets.map((name) => ({
      name,
      ...roleOf(this.keysOfFleet(name), 1),
      paths: [`${name}/*/*`],
      terminating: true,
    }));
    const keys = keysOf(fleets.flatMap((name) => this.keysOfFleet(name)));
    const targets = this.empty('image targets', 90, { delegations: { keys, roles }, ...change });
    return this.staged('image', 'targets', targets, signers ?? this.targetsOfficers.slice(1));
  }

  /** The next file of a fleet's role, with the targets of one more release; as whole text. */
  async release(
    manifest: Manifest,
    change: Partial<TargetsMetadata> = {},
    signers?: readonly Signer[],
  ): Promise<string> {
    const { fleet } = manifest;
    const targets = new Map([...(this.listed.get(fleet) ?? []), ...targetsOfManifest(manifest)]);
    const made = this.empty(`image ${fleet}`, 80, { targets, floors: this.floors, ...change });
    const bytes = await signMetadata(encodeMetadata(made), signers ?? this.keysOfFleet(fleet));
    return Buffer.from(bytes).toString('utf8');
  }

  /** A staged file of a fleet's role that lists these targets. */
  async fleetRole(fleet: FleetId, targets: ReadonlyMap<string, TargetFile>, change: Partial<TargetsMetadata> = {}) {
    const made = this.empty(`image ${fleet}`, 80, { targets, floors: this.floors, ...change });
    return this.staged('image', fleet, made, this.keysOfFleet(fleet));
  }

  /** Notes that a file stands now: the next one follows it. */
  stands(place: string): void {
    this.versions.set(place, (this.versions.get(place) ?? 0) + 1);
  }

  keysOfFleet(fleet: string): readonly Signer[] {
    const known = this.fleetKeys.get(fleet) ?? newSigners(1);
    this.fleetKeys.set(fleet, known);
    return known;
  }

  private async staged(repository: Repository, role: string, metadata: Metadata, signers: readonly Signer[]) {
    const payload = encodeMetadata(metadata);
    const signatures = await Promise.all(signers.map((signer) => signatureBy(payload, signer)));
    return { repository, role, payload, signatures } satisfies Staged;
  }

  private empty(place: string, days: number, change: Partial<TargetsMetadata>): TargetsMetadata {
    const nothing = { targets: new Map(), delegations: undefined, device: undefined, floors: new Map() };
    return { type: 'targets', ...this.common(place, days), ...nothing, ...change };
  }

  private common(place: string, days: number) {
    return { version: (this.versions.get(place) ?? 0) + 1, expiresAt: this.now() + days * dayMs, unknown: {} };
  }
}

export function newSigners(count: number): readonly Signer[] {
  return Array.from({ length: count }, () => signerFromPem(generateKeyPem().privateKeyPem));
}

function roleOf(signers: readonly Signer[], threshold: number) {
  return { keyids: signers.map(({ publicKey }) => tufKeyOf(publicKey).keyid), threshold };
}

function keysOf(signers: readonly Signer[], more: readonly TufKey[] = []): ReadonlyMap<string, TufKey> {
  const keys = [...signers.map(({ publicKey }) => tufKeyOf(publicKey)), ...more];
  return new Map(keys.map((key) => [key.keyid, key]));
}
