import {
  artifactKinds,
  componentName,
  deviceType,
  digest,
  FettleError,
  fleetId,
  isVersion,
  limits,
  type Manifest,
  type ReleaseArtifact,
  type Requirement,
} from '@fettle/model';

/** DSSE payload type of a release manifest. */
export const manifestPayloadType = 'application/vnd.fettle.manifest+json';
const manifestFormat = 'fettle-manifest/1';

export type ManifestVerdict =
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly message: string };

/** Serialises a manifest; key order is fixed so that equal manifests give equal bytes. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  const artifacts = manifest.artifacts.map((a) => ({
    deviceType: a.deviceType,
    component: a.component,
    kind: a.kind,
    sha256: a.digest,
    sizeBytes: a.sizeBytes,
    hardware: a.hardware,
  }));
  const { fleet, version, counter, securityFloor, allowDowngrade, mustPassThrough, notes } = manifest;
  const requires = manifest.requires.map(({ component, counter: least }) => ({ component, counter: least }));
  const order = { counter, securityFloor, allowDowngrade, mustPassThrough, requires };
  const body = { format: manifestFormat, fleet, version, ...order, artifacts, notes };
  return Buffer.from(JSON.stringify(body), 'utf8');
}

/** Reads manifest bytes whose signature was verified. Unknown fields are refused: what is signed is understood. */
export function decodeManifest(bytes: Uint8Array): ManifestVerdict {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { ok: true, manifest: readManifest(JSON.parse(text)) };
  } catch (error) {
    return { ok: false, message: `Not a manifest: ${(error as Error).message}` };
  }
}

const manifestKeys = [
  'format',
  'fleet',
  'version',
  'counter',
  'securityFloor',
  'allowDowngrade',
  'mustPassThrough',
  'requires',
  'artifacts',
  'notes',
];

function readManifest(value: unknown): Manifest {
  const o = record(value, 'manifest');
  onlyKeys(o, manifestKeys);
  if (o.format !== manifestFormat) fail(`format must be ${manifestFormat}`);
  const version = text(o.version, 'version');
  if (!isVersion(version)) fail(`"${version.slice(0, 80)}" is not a version`);
  const counter = integer(o.counter, 'counter', 1);
  const securityFloor = integer(o.securityFloor, 'securityFloor', 0);
  if (securityFloor > counter) fail('securityFloor is above the counter: the release would forbid itself');
  if (typeof o.allowDowngrade !== 'boolean') fail('allowDowngrade must be true or false');
  if (typeof (o.mustPassThrough ?? false) !== 'boolean') fail('mustPassThrough must be true or false');
  const notes = text(o.notes, 'notes');
  if (notes.length > limits.notesLength) fail(`notes have at most ${limits.notesLength} characters`);
  if (!Array.isArray(o.artifacts) || o.artifacts.length === 0) fail('artifacts must be a list of one or more');
  if (o.artifacts.length > limits.artifactsPerRelease) fail(`at most ${limits.artifactsPerRelease} artifacts`);
  const artifacts = o.artifacts.map(readArtifact);
  const places = new Set(artifacts.map((a) => `${a.deviceType}/${a.component}`));
  if (places.size !== artifacts.length) fail('two artifacts are for the same device type and component');
  return {
    fleet: fleetId(text(o.fleet, 'fleet')),
    version,
    counter,
    securityFloor,
    allowDowngrade: o.allowDowngrade,
    mustPassThrough: o.mustPassThrough === true,
    requires: list(o.requires, 'requires', limits.componentsPerDevice).map(readRequirement),
    artifacts,
    notes,
  };
}

function readArtifact(value: unknown): ReleaseArtifact {
  const o = record(value, 'artifact');
  onlyKeys(o, ['deviceType', 'component', 'kind', 'sha256', 'sizeBytes', 'hardware']);
  const kind = artifactKinds.find((known) => known === o.kind);
  if (!kind) fail(`kind must be one of ${artifactKinds.join(', ')}`);
  const sizeBytes = integer(o.sizeBytes, 'sizeBytes', 1);
  if (sizeBytes > limits.artifactBytes) fail(`an artifact has at most ${limits.artifactBytes} bytes`);
  return {
    deviceType: deviceType(text(o.deviceType, 'deviceType')),
    component: componentName(text(o.component, 'component')),
    kind,
    digest: digest(text(o.sha256, 'sha256')),
    sizeBytes,
    hardware: list(o.hardware, 'hardware', limits.hardwarePerArtifact).map(readHardware),
  };
}

function readRequirement(value: unknown): Requirement {
  const o = record(value, 'requirement');
  onlyKeys(o, ['component', 'counter']);
  return {
    component: componentName(text(o.component, 'component')),
    counter: integer(o.counter, 'counter of a requirement', 1),
  };
}

function readHardware(value: unknown): string {
  const revision = text(value, 'a hardware revision');
  if (revision.length === 0 || revision.length > limits.attributeValueLength) {
    fail(`a hardware revision has 1 to ${limits.attributeValueLength} characters`);
  }
  return revision;
}

/** Absent lists are empty: manifests that were signed before a list was known stay valid. */
function list(value: unknown, what: string, most: number): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) fail(`${what} must be a list`);
  if (value.length > most) fail(`${what} has at most ${most} entries`);
  return value;
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(`${what} must be a JSON object`);
  return value as Record<string, unknown>;
}

function onlyKeys(o: Record<string, unknown>, keys: readonly string[]): void {
  const strange = Object.keys(o).find((key) => !keys.includes(key));
  if (strange !== undefined) fail(`unknown field "${strange.slice(0, 40)}"`);
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') fail(`${what} must be a string`);
  return value;
}

function integer(value: unknown, what: string, least: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    fail(`${what} must be a whole number of ${least} or more`);
  }
  return value;
}

function fail(message: string): never {
  throw new FettleError('invalid-input', message);
}
