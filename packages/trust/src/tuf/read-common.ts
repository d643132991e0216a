import { type Digest, digest, type Instant } from '@fettle/model';
import type { JsonObject } from './canonical.ts';
import { asEntries, asInstant, asInteger, asList, asRecord, asText, fail, hexText, unknownOf } from './fields.ts';
import type { FileMeta, RoleKeys } from './metadata.ts';
import { readTufKey, type TufKey } from './tuf-key.ts';
import { tufLimits } from './tuf-limits.ts';

interface CommonMembers {
  readonly version: number;
  readonly expiresAt: Instant;
  readonly unknown: JsonObject;
}

const commonMembers = ['_type', 'spec_version', 'version', 'expires'];

/** Reads what every file has; `members` are the names that this type of file knows besides. @source TUF 1.0.34 §4.2.2 */
export function readCommon(signed: JsonObject, type: string, members: readonly string[]): CommonMembers {
  if (signed._type !== type) fail(`Expected metadata of type ${type}, found ${String(signed._type).slice(0, 40)}.`);
  // §5: a client must know the major version; minor ones only add what may be ignored.
  const specVersion = asText(signed.spec_version, 'spec_version', 32);
  if (!/^1\.\d+(?:\.\d+)?$/.test(specVersion)) fail(`Expected version 1 of the specification, found ${specVersion}.`);
  return {
    version: asInteger(signed.version, 'version', 1),
    expiresAt: asInstant(signed.expires, 'expires'),
    unknown: unknownOf(signed, [...commonMembers, ...members]),
  };
}

export function readKeys(value: unknown): ReadonlyMap<string, TufKey> {
  const entries = asEntries(value, 'keys', tufLimits.keys);
  return new Map(entries.map(([keyid, key]) => [keyid, readTufKey(keyid, key)]));
}

/** @source TUF 1.0.34 §4.3: keyids are unique, the threshold is 1 or more */
export function readRoleKeys(value: JsonObject, keys: ReadonlyMap<string, TufKey>, role: string): RoleKeys {
  const keyids = asList(value.keyids, `keyids of ${role}`, tufLimits.keysPerRole).map((keyid) =>
    hexText(keyid, 'a keyid', 64),
  );
  if (new Set(keyids).size !== keyids.length) fail(`Expected each keyid of ${role} once.`);
  const stranger = keyids.find((keyid) => !keys.has(keyid));
  if (stranger !== undefined) fail(`Expected key ${stranger.slice(0, 12)} of ${role} among the keys.`);
  return { keyids, threshold: asInteger(value.threshold, `threshold of ${role}`, 1) };
}

export function readFileMeta(value: unknown, what: string): FileMeta {
  const meta = asRecord(value, what);
  return {
    version: asInteger(meta.version, `version of ${what}`, 1),
    length: meta.length === undefined ? undefined : asInteger(meta.length, `length of ${what}`, 1),
    sha256: meta.hashes === undefined ? undefined : readSha256(meta.hashes, what),
  };
}

/** Other kinds of hash may stand beside; SHA-256 must. */
export function readSha256(hashes: unknown, what: string): Digest {
  return digest(hexText(asRecord(hashes, `hashes of ${what}`).sha256, `sha256 of ${what}`, 64));
}
