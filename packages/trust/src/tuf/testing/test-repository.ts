import type { Instant } from '@fettle/model';
import type { Signer } from '../../signer.ts';
import type { FetchMetadata } from '../client/cycle.ts';
import { encodeMetadata, fileMetaOf } from '../encode-metadata.ts';
import {
  type FileMeta,
  type Metadata,
  type RootMetadata,
  type SnapshotMetadata,
  type TargetsMetadata,
  type TimestampMetadata,
  wireName,
} from '../metadata.ts';
import { signMetadata } from '../sign-metadata.ts';
import { keysOf, roleOf, testSigner, testSigners } from './test-signer.ts';

/** Who signs what; change it and publish a new root to rotate. */
export interface TestHolders {
  root: readonly Signer[];
  targets: readonly Signer[];
  snapshot: readonly Signer[];
  timestamp: readonly Signer[];
}

export const dayMs = 86_400_000;
/** When test repositories begin. */
export const testStart: Instant = Date.parse('2026-06-01T00:00:00Z');

/** A repository in memory, with the keys of everybody: what an attacker in tests takes over piece by piece. */
export class TestRepository {
  readonly files = new Map<string, Uint8Array>();
  /** Names in the order in which clients asked for them. */
  readonly requests: string[] = [];
  readonly meta = new Map<string, FileMeta>();
  holders: TestHolders = {
    root: testSigners(3),
    targets: testSigners(3),
    snapshot: testSigners(1),
    timestamp: testSigners(1),
  };
  /** Holders of the first root, for whoever comes back after a theft. */
  readonly firstRoot = this.holders.root;
  readonly time = testSigner();
  now: Instant;
  /** Of root and targets; online roles have 1. */
  threshold = 2;
  root: RootMetadata | undefined;
  snapshot: SnapshotMetadata | undefined;
  timestamp: TimestampMetadata | undefined;
  readonly targets = new Map<string, TargetsMetadata>();

  constructor(now = testStart) {
    this.now = now;
  }

  readonly fetch: FetchMetadata = async (name) => {
    this.requests.push(name);
    return this.files.get(name) ?? 'absent';
  };

  /** The next root; signed by those who held it and those who hold it now. */
  async publishRoot(change: Partial<RootMetadata> = {}, signers?: readonly Signer[]): Promise<Uint8Array> {
    const { root, targets, snapshot, timestamp } = this.holders;
    const before = this.rootSigners;
    const made: RootMetadata = {
      ...this.common(this.root, 300),
      type: 'root',
      keys: keysOf(...root, ...targets, ...snapshot, ...timestamp),
      roles: {
        root: roleOf(root, this.threshold),
        targets: roleOf(targets, this.threshold),
        snapshot: roleOf(snapshot, 1),
        timestamp: roleOf(timestamp, 1),
      },
      time: { keys: [...keysOf(this.time).values()], floor: undefined },
      ...change,
    };
    this.root = made;
    this.rootSigners = root;
    return await this.write('root', made, signers ?? [...new Set([...before, ...root])]);
  }

  /** The next file of a targets role; `signers` only for delegated ones and for thieves. */
  async publishTargets(
    role = 'targets',
    change: Partial<TargetsMetadata> = {},
    signers: readonly Signer[] = this.holders.targets,
  ): Promise<Uint8Array> {
    const before = this.targets.get(role);
    const empty = { targets: new Map(), delegations: undefined, device: undefined, floors: new Map() };
    const made: TargetsMetadata = { ...empty, ...before, type: 'targets', ...this.common(before, 80), ...change };
    this.targets.set(role, made);
    const bytes = await this.write(role, made, signers);
    this.meta.set(role, fileMetaOf(made.version, bytes));
    return bytes;
  }

  async publishSnapshot(change: Partial<SnapshotMetadata> = {}, signers = this.holders.snapshot): Promise<Uint8Array> {
    const common = this.common(this.snapshot, 7);
    const made: SnapshotMetadata = { type: 'snapshot', ...common, meta: new Map(this.meta), ...change };
    this.snapshot = made;
    this.snapshotBytes = await this.write('snapshot', made, signers);
    return this.snapshotBytes;
  }

  async publishTimestamp(
    change: Partial<TimestampMetadata> = {},
    signers = this.holders.timestamp,
  ): Promise<Uint8Array> {
    const snapshot = fileMetaOf(this.snapshot?.version ?? 0, this.snapshotBytes);
    const made: TimestampMetadata = {
      type: 'timestamp',
      ...this.common(this.timestamp, 1),
      snapshot,
      ...change,
    };
    this.timestamp = made;
    return await this.write('timestamp', made, signers);
  }

  /** Snapshot and timestamp over what the targets roles are now. */
  async publish(): Promise<void> {
    await this.publishSnapshot();
    await this.publishTimestamp();
  }

  /** The bytes of a file that was published. */
  file(name: string): Uint8Array {
    const bytes = this.files.get(name);
    if (!bytes) throw new Error(`no file ${name} was published`);
    return bytes;
  }

  private rootSigners: readonly Signer[] = [];
  private snapshotBytes: Uint8Array = new Uint8Array();

  private common(before: { readonly version: number } | undefined, days: number) {
    return { version: (before?.version ?? 0) + 1, expiresAt: this.now + days * dayMs, unknown: {} };
  }

  private async write(role: string, metadata: Metadata, signers: readonly Signer[]): Promise<Uint8Array> {
    const bytes = await signMetadata(encodeMetadata(metadata), signers);
    this.files.set(wireName(role, metadata.version), bytes);
    return bytes;
  }
}
