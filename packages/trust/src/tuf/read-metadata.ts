import { type DeviceId, deviceIdPattern, topRoles } from '@fettle/model';
import type { JsonObject } from './canonical.ts';
import { asBoolean, asEntries, asInstant, asInteger, asList, asRecord, asText, fail, unknownOf } from './fields.ts';
import type {
  DelegatedRole,
  Delegations,
  Metadata,
  RootMetadata,
  SnapshotMetadata,
  TargetFile,
  TargetsMetadata,
  TimeAuthority,
  TimestampMetadata,
} from './metadata.ts';
import { isDelegatedRoleName, isPathPattern, isTargetPath } from './paths.ts';
import { readCommon, readFileMeta, readKeys, readRoleKeys, readSha256 } from './read-common.ts';
import { tufLimits } from './tuf-limits.ts';

/** Reads the signed part of any file by its `_type`. @throws Refusal `metadata-malformed` */
export function readMetadata(signed: JsonObject): Metadata {
  switch (signed._type) {
    case 'root':
      return readRoot(signed);
    case 'targets':
      return readTargets(signed);
    case 'snapshot':
      return readSnapshot(signed);
    case 'timestamp':
      return readTimestamp(signed);
    default:
      return fail(`Expected metadata of a known type, found ${String(signed._type).slice(0, 40)}.`);
  }
}

/** @throws Refusal `metadata-malformed` */
export function readRoot(signed: JsonObject): RootMetadata {
  const common = readCommon(signed, 'root', ['consistent_snapshot', 'keys', 'roles', 'fettle']);
  if (signed.consistent_snapshot !== true) fail('Expected consistent_snapshot to be true.');
  const keys = readKeys(signed.keys);
  const roles = asRecord(signed.roles, 'roles');
  const role = (name: string) => readRoleKeys(asRecord(roles[name], `role ${name}`), keys, name);
  // Some clients refuse further roles, and so do we: TUF 1.0.34 §4.3 names these four.
  const strange = Object.keys(unknownOf(roles, topRoles))[0];
  if (strange !== undefined) fail(`Expected the roles ${topRoles.join(', ')}, found ${strange.slice(0, 40)}.`);
  const named = {
    root: role('root'),
    targets: role('targets'),
    snapshot: role('snapshot'),
    timestamp: role('timestamp'),
  };
  return { type: 'root', ...common, keys, roles: named, time: readTimeAuthority(signed.fettle) };
}

function readTimeAuthority(fettle: unknown): TimeAuthority | undefined {
  if (fettle === undefined) return undefined;
  const { time } = asRecord(fettle, 'fettle');
  if (time === undefined) return undefined;
  const { keys, floor } = asRecord(time, 'fettle.time');
  return {
    keys: [...readKeys(keys).values()],
    floor: floor === undefined ? undefined : asInstant(floor, 'fettle.time.floor'),
  };
}

/** @throws Refusal `metadata-malformed` */
export function readSnapshot(signed: JsonObject): SnapshotMetadata {
  const common = readCommon(signed, 'snapshot', ['meta']);
  const meta = new Map(
    asEntries(signed.meta, 'meta', tufLimits.snapshotEntries).map(([file, value]) => {
      const name = file.endsWith('.json') ? file.slice(0, -5) : '';
      if (name !== 'targets' && !isDelegatedRoleName(name)) {
        fail(`Expected the file of a role, found ${file.slice(0, 80)}.`);
      }
      return [name, readFileMeta(value, file)];
    }),
  );
  return { type: 'snapshot', ...common, meta };
}

/** @throws Refusal `metadata-malformed` */
export function readTimestamp(signed: JsonObject): TimestampMetadata {
  const common = readCommon(signed, 'timestamp', ['meta']);
  const snapshot = readFileMeta(asRecord(signed.meta, 'meta')['snapshot.json'], 'snapshot.json');
  return { type: 'timestamp', ...common, snapshot };
}

/** @throws Refusal `metadata-malformed` */
export function readTargets(signed: JsonObject): TargetsMetadata {
  const common = readCommon(signed, 'targets', ['targets', 'delegations', 'fettle']);
  const targets = new Map(
    asEntries(signed.targets, 'targets', tufLimits.targets).map(([path, value]) => {
      if (!isTargetPath(path)) fail(`Expected a plain path of a target, found ${path.slice(0, 80)}.`);
      return [path, readTargetFile(value, path)];
    }),
  );
  const delegations = signed.delegations === undefined ? undefined : readDelegations(signed.delegations);
  return { type: 'targets', ...common, targets, delegations, ...readFettle(signed.fettle) };
}

function readTargetFile(value: unknown, path: string): TargetFile {
  const target = asRecord(value, 'a target');
  return {
    length: asInteger(target.length, `length of ${path}`, 0),
    sha256: readSha256(target.hashes, path),
    custom: target.custom === undefined ? {} : asRecord(target.custom, `custom of ${path}`),
  };
}

function readDelegations(value: unknown): Delegations {
  const delegations = asRecord(value, 'delegations');
  const keys = readKeys(delegations.keys);
  const roles = asList(delegations.roles, 'delegations', tufLimits.delegatedRoles).map((entry) =>
    readDelegatedRole(asRecord(entry, 'a delegation'), keys),
  );
  if (new Set(roles.map(({ name }) => name)).size !== roles.length) fail('Expected each delegated role once.');
  return { keys, roles };
}

function readDelegatedRole(role: JsonObject, keys: Delegations['keys']): DelegatedRole {
  const name = asText(role.name, 'the name of a delegated role', tufLimits.roleNameLength);
  if (!isDelegatedRoleName(name)) fail(`Expected a plain name of a delegated role, found ${name}.`);
  const paths = asList(role.paths, `paths of ${name}`, tufLimits.pathsPerDelegation).map((path) => {
    const pattern = asText(path, 'a pattern', tufLimits.pathLength);
    if (!isPathPattern(pattern)) fail(`Expected a plain pattern of ${name}, found ${pattern}.`);
    return pattern;
  });
  const terminating = asBoolean(role.terminating, `terminating of ${name}`);
  return { name, ...readRoleKeys(role, keys, name), paths, terminating };
}

function readFettle(value: unknown): Pick<TargetsMetadata, 'device' | 'floors'> {
  if (value === undefined) return { device: undefined, floors: new Map() };
  const { device, floors } = asRecord(value, 'fettle');
  const entries = floors === undefined ? [] : asEntries(floors, 'fettle.floors', tufLimits.targets);
  return {
    device: device === undefined ? undefined : readDevice(device),
    floors: new Map(entries.map(([place, floor]) => [place, asInteger(floor, `the floor of ${place}`, 0)])),
  };
}

function readDevice(value: unknown): DeviceId {
  const id = asText(value, 'fettle.device', 64);
  if (!new RegExp(deviceIdPattern).test(id)) fail('Expected fettle.device to be a device id.');
  return id as DeviceId;
}
