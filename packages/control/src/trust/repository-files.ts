import { type Artifact, FettleError, type FleetId, fleetId, isTopRole, type TrustFile } from '@fettle/model';
import { type TargetFile, type TargetsMetadata, targetWirePath } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { DeviceScope } from '../devices/device-scope.ts';
import { requireDevice } from '../devices/require-device.ts';
import { readFileName } from './file-names.ts';
import { openStored } from './stored-files.ts';

/** A metadata file of the image repository by its name on the wire; they are public. Undefined when there is none. */
export async function repositoryFile(scope: Scope, brain: Brain, name: string): Promise<TrustFile | undefined> {
  const asked = readFileName(name);
  // Only its newest version is served: an older one would be a freeze.
  if (asked?.role === 'timestamp' && asked.version !== undefined) return undefined;
  return asked && brain.store.reads(scope).trustFile('image', asked.role, asked.version);
}

/** Who asks for the bytes of a target: a device, somebody who may read the fleet, or anybody where that is open. */
export type TargetReader = { readonly device: DeviceScope } | { readonly operator: Scope } | { readonly open: Scope };

/**
 * The artifact of a target that the newest file of its fleet's role lists.
 * @param wirePath `fleet/component/SHA256.version.deviceType`
 * @throws FettleError `not-found`, also for a target of another fleet than the device's; `forbidden`
 */
export async function repositoryTarget(reader: TargetReader, brain: Brain, wirePath: string): Promise<Artifact> {
  const scope = 'device' in reader ? reader.device : 'operator' in reader ? reader.operator : reader.open;
  const asked = readTargetPath(wirePath);
  if ('operator' in reader) demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  // Metadata is public, and so tells nobody which fleets a credential is for: the fleet itself does.
  if ('operator' in reader && !(asked && (await reads.fleet(asked.fleet)))) throw absent(wirePath);
  if ('device' in reader) {
    const device = requireDevice(reader.device, await reads.device(reader.device.device));
    if (device.fleet !== asked?.fleet) throw absent(wirePath);
  }
  const targets = asked && (await fleetTargets(scope, brain, asked.fleet));
  const target = targets && findTarget(targets, asked);
  const artifact = target && (await reads.artifact(target.sha256));
  if (!artifact) throw absent(wirePath);
  return artifact;
}

/** The newest targets of a fleet's role; read once and remembered. Undefined before the first. */
export async function fleetTargets(scope: Scope, brain: Brain, fleet: FleetId): Promise<TargetsMetadata | undefined> {
  if (isTopRole(fleet)) return undefined;
  const file = await brain.store.reads(scope).trustFile('image', fleet);
  if (!file) return undefined;
  return brain.trust.file(`${scope.tenant} image ${fleet} ${file.version}`, () => openStored(file)) as TargetsMetadata;
}

interface AskedTarget {
  readonly fleet: FleetId;
  readonly path: string;
  readonly wirePath: string;
}

// The hash stands before the last element (TUF 1.0.34 §7), a fleet is a name; what else a path may be says the file.
const wirePattern = /^([a-z0-9._-]{1,64})\/([a-z0-9._-]{1,64})\/[0-9a-f]{64}\.([A-Za-z0-9._-]{1,129})$/;

function readTargetPath(wirePath: string): AskedTarget | undefined {
  const [, fleet, component, rest] = wirePattern.exec(wirePath) ?? [];
  if (fleet === undefined) return undefined;
  try {
    return { fleet: fleetId(fleet), path: `${fleet}/${component}/${rest}`, wirePath };
  } catch (error) {
    if (error instanceof FettleError) return undefined;
    throw error;
  }
}

function findTarget(targets: TargetsMetadata, { path, wirePath }: AskedTarget): TargetFile | undefined {
  const target = targets.targets.get(path);
  return target && targetWirePath(path, target) === wirePath ? target : undefined;
}

function absent(wirePath: string): FettleError {
  return new FettleError('not-found', `There is no target ${wirePath.slice(0, 300)}.`);
}
