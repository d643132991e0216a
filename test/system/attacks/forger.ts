import { createHash } from 'node:crypto';
import { digest } from '@fettle/model';
import {
  encodeMetadata,
  encodeTargetCustom,
  fileMetaOf,
  type Metadata,
  type MetadataType,
  openMetadata,
  openTargetCustom,
  type RootMetadata,
  type Signer,
  type SnapshotMetadata,
  signMetadata,
  type TargetAssignment,
  type TargetFile,
  type TargetMatch,
  type TargetsMetadata,
  type TimestampMetadata,
  wireName,
} from '@fettle/trust';
import type { Ceremony } from '../../../packages/control/test/ceremony.ts';
import type { StolenKeys } from './stolen-keys.ts';

/** A metadata file as the honest server has it. */
export interface Honest<M extends Metadata = Metadata> {
  readonly metadata: M;
  readonly bytes: Uint8Array;
}

/** The newest files of the image repository. */
export interface ImageFiles {
  readonly root: Honest<RootMetadata>;
  readonly timestamp: Honest<TimestampMetadata>;
  readonly snapshot: Honest<SnapshotMetadata>;
  readonly targets: Honest<TargetsMetadata>;
  readonly fleet: Honest<TargetsMetadata>;
}

/** The newest files of the director for one device. */
export interface DirectorFiles {
  readonly root: Honest<RootMetadata>;
  readonly timestamp: Honest<TimestampMetadata>;
  readonly snapshot: Honest<SnapshotMetadata>;
  readonly targets: Honest<TargetsMetadata>;
}

/** Files by their names on the wire. */
export type Forged = ReadonlyMap<string, Uint8Array>;

export const fleet = 'thermostat';
export const evilPath = 'thermostat/rootfs/6.6.6.board-a';
export const evilBytes = Buffer.from('an image that nobody released');

/** Makes what an attacker serves, out of what the server has, with every online key. */
export class Forger {
  readonly keys: StolenKeys;
  /** Of the officers an attack may have one, never a threshold. */
  readonly officers: Ceremony;
  /** Root officers of the image repository before its rotation: all of their keys are stolen. */
  readonly formerOfficers: readonly Signer[];
  readonly #server: string;

  constructor(server: string, keys: StolenKeys, people: Pick<Forger, 'officers' | 'formerOfficers'>) {
    this.#server = server;
    this.keys = keys;
    this.officers = people.officers;
    this.formerOfficers = people.formerOfficers;
  }

  /** The same attacker with other keys. */
  with(keys: StolenKeys): Forger {
    return new Forger(this.#server, keys, this);
  }

  async image(): Promise<ImageFiles> {
    const get = (name: string) => this.#get(`/repository/default/metadata/${name}`);
    const root = await this.#newestRoot(get, 'image');
    const timestamp = opened('timestamp', await get('timestamp.json'));
    const snapshot = opened('snapshot', await get(wireName('snapshot', timestamp.metadata.snapshot.version)));
    const listed = (role: string) => wireName(role, snapshot.metadata.meta.get(role)?.version ?? 0);
    const targets = opened('targets', await get(listed('targets')));
    return { root, timestamp, snapshot, targets, fleet: opened('targets', await get(listed(fleet))) };
  }

  async director(token: string): Promise<DirectorFiles> {
    const get = (name: string) => this.#get(`/device/v1/director/${name}`, token);
    const root = await this.#newestRoot(get, 'director');
    const timestamp = opened('timestamp', await get('timestamp.json'));
    const snapshot = opened('snapshot', await get(wireName('snapshot', timestamp.metadata.snapshot.version)));
    const version = snapshot.metadata.meta.get('targets')?.version ?? 0;
    return { root, timestamp, snapshot, targets: opened('targets', await get(wireName('targets', version))) };
  }

  /** An older file of the image repository: the server serves it for ever. */
  async old(name: string): Promise<Uint8Array> {
    return await this.#get(`/repository/default/metadata/${name}`);
  }

  /** The device's targets changed, and everything above them signed anew by the stolen keys. */
  async directed(token: string, change: (targets: TargetsMetadata) => TargetsMetadata): Promise<Forged> {
    const { targets, snapshot, timestamp } = await this.director(token);
    const made = await signed(change(targets.metadata), this.keys['director-targets']);
    const meta = new Map([['targets', fileMetaOf(targets.metadata.version, made)]]);
    const over = await signed({ ...snapshot.metadata, meta }, this.keys['director-snapshot']);
    const named = { snapshot: fileMetaOf(snapshot.metadata.version, over) };
    return new Map([
      [wireName('targets', targets.metadata.version), made],
      [wireName('snapshot', snapshot.metadata.version), over],
      ['timestamp.json', await signed({ ...timestamp.metadata, ...named }, this.keys['director-timestamp'])],
    ]);
  }

  /** As `directed`, with each assigned target replaced. */
  async assigning(token: string, to: (path: string, target: TargetFile) => [string, TargetFile]): Promise<Forged> {
    return await this.directed(token, (made) => {
      return { ...made, targets: new Map([...made.targets].map(([path, target]) => to(path, target))) };
    });
  }

  /** Replaced roles of the image repository under a snapshot and timestamp by the stolen keys. */
  async listing(replaced: ReadonlyMap<string, Uint8Array>): Promise<Forged> {
    const { snapshot } = await this.image();
    const meta = new Map(snapshot.metadata.meta);
    const files = new Map<string, Uint8Array>();
    for (const [role, bytes] of replaced) {
      const version = meta.get(role)?.version ?? 1;
      meta.set(role, fileMetaOf(version, bytes));
      files.set(wireName(role, version), bytes);
    }
    return new Map([...files, ...(await this.over({ meta }))]);
  }

  /** Snapshot and timestamp by the stolen keys, with the snapshot changed. */
  async over(change: Partial<SnapshotMetadata>): Promise<Forged> {
    const { snapshot, timestamp } = await this.image();
    const made = await signed({ ...snapshot.metadata, ...change }, this.keys['image-snapshot']);
    const named = { snapshot: fileMetaOf(snapshot.metadata.version, made) };
    return new Map([
      [wireName('snapshot', snapshot.metadata.version), made],
      ['timestamp.json', await signed({ ...timestamp.metadata, ...named }, this.keys['image-timestamp'])],
    ]);
  }

  /** The fleet's role with one target more that nobody released. */
  async evilFleetRole(signers: readonly Signer[]): Promise<Uint8Array> {
    const { fleet: honest } = await this.image();
    const [some] = honest.metadata.targets.values();
    if (!some) throw new Error('The fleet has no release yet.');
    const targets = new Map([...honest.metadata.targets, [evilPath, evilTarget(some, 'listed')]]);
    return await signMetadata(encodeMetadata({ ...honest.metadata, targets }), signers);
  }

  async #newestRoot(get: (name: string) => Promise<Uint8Array>, repository: 'image' | 'director') {
    const version = this.officers.versions.get(`${repository} root`) ?? 1;
    return opened('root', await get(wireName('root', version)));
  }

  async #get(path: string, token?: string): Promise<Uint8Array> {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(this.#server + path, { headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

export async function signed(metadata: Metadata, ...signers: readonly Signer[]): Promise<Uint8Array> {
  return await signMetadata(encodeMetadata(metadata), signers);
}

/** A target like another one, of other bytes and above every counter; as a repository of one kind says it. */
export function evilTarget(like: TargetFile, as: 'listed' | 'assigned', match: Partial<TargetMatch> = {}): TargetFile {
  const read = openTargetCustom(like.custom);
  if (!read.ok) throw new Error(read.message);
  const { custom } = read;
  const evil = { ...custom.match, version: '6.6.6', releaseCounter: 666, ...match };
  const parts =
    as === 'listed' ? { release: custom.release, assign: undefined } : { release: undefined, assign: custom.assign };
  const sha256 = digest(createHash('sha256').update(evilBytes).digest('hex'));
  return { length: evilBytes.length, sha256, custom: encodeTargetCustom({ match: evil, info: undefined, ...parts }) };
}

/** A target of the image repository as a director assigns it, for the deployment of another one. */
export function assignedLike(
  listed: TargetFile,
  assigned: TargetFile,
  change: Partial<TargetAssignment> = {},
): TargetFile {
  const [what, why] = [openTargetCustom(listed.custom), openTargetCustom(assigned.custom)];
  if (!what.ok || !why.ok || !why.custom.assign) throw new Error('A target cannot be read.');
  const assign = { ...why.custom.assign, ...change };
  const custom = encodeTargetCustom({ match: what.custom.match, assign, info: undefined, release: undefined });
  return { ...listed, custom };
}

interface MetadataByType {
  root: RootMetadata;
  targets: TargetsMetadata;
  snapshot: SnapshotMetadata;
  timestamp: TimestampMetadata;
}

function opened<T extends MetadataType>(type: T, bytes: Uint8Array): Honest<MetadataByType[T]> {
  const read = openMetadata(bytes);
  if (!read.ok) throw new Error(read.message);
  if (read.metadata.type !== type) throw new Error(`Expected ${type}, found ${read.metadata.type}.`);
  return { metadata: read.metadata as MetadataByType[T], bytes };
}
