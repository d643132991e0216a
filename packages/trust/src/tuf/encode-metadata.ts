import type { Instant } from '@fettle/model';
import { digest } from '@fettle/model';
import { encodeCanonical, type JsonObject } from './canonical.ts';
import { instantText } from './fields.ts';
import type {
  Delegations,
  FileMeta,
  Metadata,
  RootMetadata,
  SnapshotMetadata,
  TargetFile,
  TargetsMetadata,
  TimestampMetadata,
} from './metadata.ts';
import { sha256Of } from './parse-signed.ts';
import { encodeTufKey, type TufKey } from './tuf-key.ts';

/** The version of the specification that our files name. */
export const specVersion = '1.0.34';

/**
 * The canonical bytes of the signed part of a file: what is signed.
 * @throws FettleError `invalid-input` when a member has no canonical form
 */
export function encodeMetadata(metadata: Metadata): Uint8Array {
  switch (metadata.type) {
    case 'root':
      return encodeRoot(metadata);
    case 'targets':
      return encodeTargets(metadata);
    case 'snapshot':
      return encodeSnapshot(metadata);
    case 'timestamp':
      return encodeTimestamp(metadata);
  }
}

/** As `encodeMetadata`, for a root. */
export function encodeRoot(root: RootMetadata): Uint8Array {
  const { time, roles } = root;
  const floor: JsonObject = time?.floor === undefined ? {} : { floor: instantText(time.floor) };
  const fettle: JsonObject = time ? { fettle: { time: { keys: keyTable(time.keys), ...floor } } } : {};
  return encodeCanonical({
    ...common(root),
    consistent_snapshot: true,
    keys: keyTable(root.keys.values()),
    roles: {
      root: { ...roles.root },
      targets: { ...roles.targets },
      snapshot: { ...roles.snapshot },
      timestamp: { ...roles.timestamp },
    },
    ...fettle,
  });
}

/** As `encodeMetadata`, for targets of any role. */
export function encodeTargets(targets: TargetsMetadata): Uint8Array {
  const { device, floors, delegations } = targets;
  const fettle: JsonObject = {
    ...(device === undefined ? {} : { device }),
    ...(floors.size === 0 ? {} : { floors: Object.fromEntries(floors) }),
  };
  return encodeCanonical({
    ...common(targets),
    targets: table(targets.targets, encodeTargetFile),
    ...(delegations ? { delegations: encodeDelegations(delegations) } : {}),
    ...(Object.keys(fettle).length === 0 ? {} : { fettle }),
  });
}

/** As `encodeMetadata`, for a snapshot. */
export function encodeSnapshot(snapshot: SnapshotMetadata): Uint8Array {
  const meta = Object.fromEntries([...snapshot.meta].map(([role, file]) => [`${role}.json`, encodeFileMeta(file)]));
  return encodeCanonical({ ...common(snapshot), meta });
}

/** As `encodeMetadata`, for a timestamp. */
export function encodeTimestamp(timestamp: TimestampMetadata): Uint8Array {
  return encodeCanonical({ ...common(timestamp), meta: { 'snapshot.json': encodeFileMeta(timestamp.snapshot) } });
}

/** How a file is listed in a snapshot or a timestamp. @param bytes the whole file, signatures included */
export function fileMetaOf(version: number, bytes: Uint8Array): FileMeta {
  return { version, length: bytes.length, sha256: digest(sha256Of(bytes)) };
}

function common({ type, version, expiresAt, unknown }: CommonOf): JsonObject {
  return { ...unknown, _type: type, spec_version: specVersion, version, expires: instantText(expiresAt) };
}

interface CommonOf {
  readonly type: Metadata['type'];
  readonly version: number;
  readonly expiresAt: Instant;
  readonly unknown: JsonObject;
}

function keyTable(keys: Iterable<TufKey>): JsonObject {
  return Object.fromEntries([...keys].map((key) => [key.keyid, encodeTufKey(key)]));
}

function table<T>(entries: ReadonlyMap<string, T>, encode: (value: T) => JsonObject): JsonObject {
  return Object.fromEntries([...entries].map(([name, value]) => [name, encode(value)]));
}

function encodeFileMeta({ version, length, sha256 }: FileMeta): JsonObject {
  return {
    version,
    ...(length === undefined ? {} : { length }),
    ...(sha256 === undefined ? {} : { hashes: { sha256 } }),
  };
}

function encodeTargetFile({ length, sha256, custom }: TargetFile): JsonObject {
  return { length, hashes: { sha256 }, ...(Object.keys(custom).length === 0 ? {} : { custom }) };
}

function encodeDelegations({ keys, roles }: Delegations): JsonObject {
  return {
    keys: keyTable(keys.values()),
    roles: roles.map(({ name, keyids, threshold, paths, terminating }) => ({
      name,
      keyids,
      threshold,
      paths,
      terminating,
    })),
  };
}
