import {
  type ArtifactKind,
  artifactKinds,
  type ComponentName,
  type DeviceType,
  type Digest,
  digestPattern,
  isVersion,
  limits,
  namePattern,
  type Requirement,
  versionPattern,
} from '@fettle/model';
import type { JsonObject } from './canonical.ts';
import { asBoolean, asInteger, asList, asRecord, asText, fail } from './fields.ts';
import { Refusal, type Refused, refusedBy } from './problem.ts';

/** What a target is for. Director and image repository have to say the same. */
export interface TargetMatch {
  readonly component: ComponentName;
  readonly deviceTypes: readonly DeviceType[];
  readonly version: string;
  readonly releaseCounter: number;
  /** The kind of native image signature that has to hold before the image is written; absent where none is demanded. */
  readonly nativeSignature: string | undefined;
}

/** What is known of the image itself; nothing is decided by it. */
export interface TargetInfo {
  readonly format: string | undefined;
  readonly nativeVersion: string | undefined;
  /** SHA-256 of the software bill of materials. */
  readonly sbom: Digest | undefined;
  /** SHA-256 of the image before encryption or conversion. */
  readonly sourceDigest: Digest | undefined;
  readonly encrypted: boolean;
}

/** The facts of a release as far as they concern this target: what a signed `Manifest` says besides its artifacts. */
export interface ReleaseFacts {
  readonly kind: ArtifactKind;
  readonly securityFloor: number;
  readonly allowDowngrade: boolean;
  readonly mustPassThrough: boolean;
  readonly requires: readonly Requirement[];
  /** Hardware revisions that the image is made for; empty for every one of the device types. */
  readonly hardware: readonly string[];
  readonly notes: string;
}

/** Why this device gets the target now; only a director says it. */
export interface TargetAssignment {
  /** Names the component of this one device; the name of the component where it has no serial of its own. */
  readonly componentSerial: string;
  readonly deployment: string | undefined;
  readonly rollout: string | undefined;
  /** The image that a delta starts from. */
  readonly deltaFrom: Digest | undefined;
  readonly url: string | undefined;
}

export interface TargetCustom {
  readonly match: TargetMatch;
  readonly info: TargetInfo | undefined;
  readonly release: ReleaseFacts | undefined;
  readonly assign: TargetAssignment | undefined;
}

/** Reads our custom fields of a target; members that are not ours are ignored. @throws Refusal `target-malformed` */
export function readTargetCustom(custom: JsonObject): TargetCustom {
  try {
    return {
      match: readMatch(asRecord(custom.match, 'custom.match')),
      info: custom.info === undefined ? undefined : readInfo(asRecord(custom.info, 'custom.info')),
      release: custom.release === undefined ? undefined : readFacts(asRecord(custom.release, 'custom.release')),
      assign: custom.assign === undefined ? undefined : readAssignment(asRecord(custom.assign, 'custom.assign')),
    };
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal('target-malformed', error.message);
    throw error;
  }
}

/** As `readTargetCustom`, as a verdict. */
export function openTargetCustom(custom: JsonObject): { readonly ok: true; readonly custom: TargetCustom } | Refused {
  try {
    return { ok: true, custom: readTargetCustom(custom) };
  } catch (error) {
    return refusedBy(error);
  }
}

/** The `custom` of a target; what is undefined is left out. */
export function encodeTargetCustom({ match, info, release, assign }: TargetCustom): JsonObject {
  return {
    match: present({ ...match }),
    ...(info ? { info: present({ ...info }) } : {}),
    ...(release ? { release: encodeFacts(release) } : {}),
    ...(assign ? { assign: present({ ...assign }) } : {}),
  };
}

/** Text of people in a form that can be signed: NFC, line feeds only, no other control characters. */
export function signableText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n)\p{Cc}/gu, ' ');
}

function encodeFacts(release: ReleaseFacts): JsonObject {
  const requires = release.requires.map(({ component, counter }) => ({ component, counter }));
  return { ...release, requires, notes: signableText(release.notes) };
}

function present(members: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  const kept = Object.entries(members).filter((entry): entry is [string, JsonObject[string]] => entry[1] !== undefined);
  return Object.fromEntries(kept);
}

function readMatch(match: JsonObject): TargetMatch {
  const types = asList(match.deviceTypes, 'deviceTypes', limits.deviceTypesPerFleet);
  if (types.length === 0) fail('Expected one device type or more.');
  const version = asText(match.version, 'version', 64);
  if (!isVersion(version)) fail(`Expected version to match ${versionPattern}.`);
  return {
    component: name(match.component, 'component') as ComponentName,
    deviceTypes: types.map((type) => name(type, 'a device type') as DeviceType),
    version,
    releaseCounter: asInteger(match.releaseCounter, 'releaseCounter', 1),
    nativeSignature: optional(match.nativeSignature, (value) => name(value, 'nativeSignature')),
  };
}

function readInfo(info: JsonObject): TargetInfo {
  return {
    format: optional(info.format, (value) => asText(value, 'format', 64)),
    nativeVersion: optional(info.nativeVersion, (value) => asText(value, 'nativeVersion', 128)),
    sbom: optional(info.sbom, (value) => hash(value, 'sbom')),
    sourceDigest: optional(info.sourceDigest, (value) => hash(value, 'sourceDigest')),
    encrypted: info.encrypted === undefined ? false : asBoolean(info.encrypted, 'encrypted'),
  };
}

function readFacts(release: JsonObject): ReleaseFacts {
  const kind = artifactKinds.find((known) => known === release.kind);
  if (!kind) fail(`Expected kind to be one of ${artifactKinds.join(', ')}.`);
  return {
    kind,
    securityFloor: asInteger(release.securityFloor, 'securityFloor', 0),
    allowDowngrade: asBoolean(release.allowDowngrade, 'allowDowngrade'),
    mustPassThrough: asBoolean(release.mustPassThrough, 'mustPassThrough'),
    requires: asList(release.requires, 'requires', limits.componentsPerDevice).map((entry) => {
      const requirement = asRecord(entry, 'a requirement');
      return {
        component: name(requirement.component, 'component') as ComponentName,
        counter: asInteger(requirement.counter, 'counter', 1),
      };
    }),
    hardware: asList(release.hardware, 'hardware', limits.hardwarePerArtifact).map((revision) =>
      asText(revision, 'a hardware revision', limits.attributeValueLength),
    ),
    notes: asText(release.notes, 'notes', limits.notesLength),
  };
}

function readAssignment(assign: JsonObject): TargetAssignment {
  return {
    componentSerial: asText(assign.componentSerial, 'componentSerial', 128),
    deployment: optional(assign.deployment, (value) => asText(value, 'deployment', 64)),
    rollout: optional(assign.rollout, (value) => asText(value, 'rollout', 64)),
    deltaFrom: optional(assign.deltaFrom, (value) => hash(value, 'deltaFrom')),
    url: optional(assign.url, (value) => asText(value, 'url', 2_048)),
  };
}

function optional<T>(value: JsonObject[string] | undefined, read: (value: JsonObject[string]) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

const nameRegExp = new RegExp(namePattern);
const digestRegExp = new RegExp(digestPattern);

function name(value: unknown, what: string): string {
  const text = asText(value, what, 64);
  if (!nameRegExp.test(text)) fail(`Expected ${what} to match ${namePattern}.`);
  return text;
}

function hash(value: unknown, what: string): Digest {
  const text = asText(value, what, 64);
  if (!digestRegExp.test(text)) fail(`Expected ${what} to be a SHA-256 digest.`);
  return text as Digest;
}
