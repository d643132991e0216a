import type { DeviceId, Digest, Instant, TopRole } from '@fettle/model';
import type { JsonObject } from './canonical.ts';
import type { TufKey } from './tuf-key.ts';

/** Who signs for a role: keyids, and how many different keys have to. */
export interface RoleKeys {
  readonly keyids: readonly string[];
  readonly threshold: number;
}

/** What the signed part of every file has. @source TUF 1.0.34 §4.2.2 */
interface Common {
  readonly version: number;
  readonly expiresAt: Instant;
  /** Members that this model does not know; they are covered by the signatures and kept. */
  readonly unknown: JsonObject;
}

/** @source TUF 1.0.34 §4.3 */
export interface RootMetadata extends Common {
  readonly type: 'root';
  readonly keys: ReadonlyMap<string, TufKey>;
  readonly roles: Readonly<Record<TopRole, RoleKeys>>;
  /** Who may say what time it is, of a director's root; `fettle.time`. */
  readonly time: TimeAuthority | undefined;
}

export interface TimeAuthority {
  readonly keys: readonly TufKey[];
  /** A device that takes this root over from an older one sets its time floor to this, even if that lowers it. */
  readonly floor: Instant | undefined;
}

/** One file as another file lists it. @source TUF 1.0.34 §4.4 */
export interface FileMeta {
  readonly version: number;
  readonly length: number | undefined;
  readonly sha256: Digest | undefined;
}

/** @source TUF 1.0.34 §4.4 */
export interface SnapshotMetadata extends Common {
  readonly type: 'snapshot';
  /** By role name, without `.json`. */
  readonly meta: ReadonlyMap<string, FileMeta>;
}

/** @source TUF 1.0.34 §4.6 */
export interface TimestampMetadata extends Common {
  readonly type: 'timestamp';
  readonly snapshot: FileMeta;
}

/** @source TUF 1.0.34 §4.5 */
export interface TargetsMetadata extends Common {
  readonly type: 'targets';
  readonly targets: ReadonlyMap<string, TargetFile>;
  readonly delegations: Delegations | undefined;
  /** The one device that these targets are for, of a director; `fettle.device`. */
  readonly device: DeviceId | undefined;
  /** Security floors by `component/deviceType`, of a delegated role; `fettle.floors`. */
  readonly floors: ReadonlyMap<string, number>;
}

export interface TargetFile {
  /** In bytes. */
  readonly length: number;
  readonly sha256: Digest;
  /** As received; `readTargetCustom` gives our fields of it. */
  readonly custom: JsonObject;
}

export interface Delegations {
  readonly keys: ReadonlyMap<string, TufKey>;
  /** The earlier one decides. */
  readonly roles: readonly DelegatedRole[];
}

export interface DelegatedRole extends RoleKeys {
  readonly name: string;
  /** Patterns with `*` and `?`, which never cross a `/`. */
  readonly paths: readonly string[];
  readonly terminating: boolean;
}

export type Metadata = RootMetadata | TargetsMetadata | SnapshotMetadata | TimestampMetadata;
export type MetadataType = Metadata['type'];

/** The name of a file on the wire; only the timestamp has no version. @source TUF 1.0.34 §7 (consistent snapshots) */
export function wireName(role: string, version: number): string {
  return role === 'timestamp' ? 'timestamp.json' : `${version}.${role}.json`;
}

/** Where the bytes of a target are served: the hash stands before the last part of the path. @source TUF 1.0.34 §7 */
export function targetWirePath(path: string, { sha256 }: Pick<TargetFile, 'sha256'>): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}${sha256}.${path.slice(slash)}`;
}
