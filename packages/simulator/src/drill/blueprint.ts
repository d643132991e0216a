import { FettleError, type FleetId, fleetId } from '@fettle/model';
import {
  type DelegatedRole,
  type KeyKind,
  type Metadata,
  openMetadata,
  publicKeyOf,
  type RoleKeys,
  type RootMetadata,
  type TargetsMetadata,
  type TufKey,
} from '@fettle/trust';

/** Which kinds of keys a role has, and how many of them sign. */
export interface RoleShape {
  readonly kinds: readonly KeyKind[];
  readonly threshold: number;
}

/** How two repositories are built: everything about them but the keys themselves. */
export interface Blueprint {
  readonly image: RepositoryShape & { readonly fleets: ReadonlyMap<FleetId, RoleShape> };
  readonly director: RepositoryShape & { readonly time: RoleShape };
}

export interface RepositoryShape {
  /** Of the root that devices trust when the drill begins. */
  readonly version: number;
  readonly root: RoleShape;
  readonly targets: RoleShape;
  readonly snapshot: RoleShape;
  readonly timestamp: RoleShape;
}

/** Texts of public files of a server, each the newest: what its repositories are copied from. */
export interface PublicFiles {
  readonly imageRoot: string;
  readonly imageTargets: string;
  readonly directorRoot: string;
}

const one: RoleShape = { kinds: ['ed25519'], threshold: 1 };
// P-256: what smart cards have.
const officers: RoleShape = { kinds: ['ecdsa-p256', 'ecdsa-p256', 'ecdsa-p256'], threshold: 2 };

/** Repositories as `fettle root init` makes them, for a drill without a server. */
export const usualBlueprint: Blueprint = {
  image: {
    version: 1,
    root: officers,
    targets: officers,
    snapshot: one,
    timestamp: one,
    fleets: new Map([[fleetId('thermostat'), one]]),
  },
  director: { version: 1, root: officers, targets: one, snapshot: one, timestamp: one, time: one },
};

/**
 * The shape of repositories that exist. Their private keys are elsewhere: the copy gets new ones of the same kinds.
 * @throws FettleError `invalid-input` when a file is none of its role, or nothing is delegated to a fleet
 */
export function blueprintOf(files: PublicFiles): Blueprint {
  const image = demand(files.imageRoot, 'root', 'the root of the image repository');
  const targets = demand(files.imageTargets, 'targets', 'the top-level targets of the image repository');
  const director = demand(files.directorRoot, 'root', 'the root of the director');
  const { keys, roles } = targets.delegations ?? { keys: new Map<string, TufKey>(), roles: [] };
  const fleets = new Map(roles.map((role: DelegatedRole) => [fleetId(role.name), shapeOf(role, keys)]));
  if (fleets.size === 0) {
    throw new FettleError('invalid-input', 'Expected top-level targets that delegate to a fleet, found no delegation.');
  }
  const timeKeys = director.time?.keys ?? [];
  const timeKinds = timeKeys.map((key) => kindOf(key));
  const time = timeKinds.length === 0 ? one : { kinds: timeKinds, threshold: 1 };
  return { image: { ...repositoryShape(image), fleets }, director: { ...repositoryShape(director), time } };
}

function repositoryShape({ version, roles, keys }: RootMetadata): RepositoryShape {
  const { root, targets, snapshot, timestamp } = roles;
  return {
    version,
    root: shapeOf(root, keys),
    targets: shapeOf(targets, keys),
    snapshot: shapeOf(snapshot, keys),
    timestamp: shapeOf(timestamp, keys),
  };
}

function shapeOf({ keyids, threshold }: RoleKeys, keys: ReadonlyMap<string, TufKey>): RoleShape {
  const kinds = keyids.flatMap((keyid) => {
    const key = keys.get(keyid);
    return key ? [kindOf(key)] : [];
  });
  return { kinds, threshold };
}

/** A key of a kind that we do not know cannot be copied; the commonest one stands in for it. */
function kindOf(key: TufKey): KeyKind {
  return publicKeyOf(key)?.kind ?? 'ed25519';
}

function demand(text: string, type: 'root', what: string): RootMetadata;
function demand(text: string, type: 'targets', what: string): TargetsMetadata;
function demand(text: string, type: 'root' | 'targets', what: string): Metadata {
  const opened = openMetadata(Buffer.from(text, 'utf8'));
  if (!opened.ok) throw new FettleError('invalid-input', `Expected ${what}: ${opened.message}`);
  if (opened.metadata.type === type) return opened.metadata;
  throw new FettleError('invalid-input', `Expected ${what}, found a file of type ${opened.metadata.type}.`);
}
