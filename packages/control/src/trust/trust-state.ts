import {
  FettleError,
  type Instant,
  isTopRole,
  type Repository,
  type RoleName,
  repositories,
  type TrustChange,
  type TrustFile,
} from '@fettle/model';
import type { RoleKeys, RootMetadata, TargetsMetadata, TufKey } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { readFileName } from './file-names.ts';
import type { OnlineKeys } from './online-signer.ts';
import { readRole } from './stored-files.ts';
import type { TrustReads } from './trust-store.ts';

/** A role of a repository as it stands. */
export interface RoleState extends RoleKeys {
  readonly role: RoleName;
  /** Null before its first file; always for the director's online roles, whose files are per device. */
  readonly version: number | null;
  readonly expiresAt: Instant | null;
  /** Paths of a delegated role. */
  readonly paths: readonly string[];
}

export interface RepositoryState {
  readonly repository: Repository;
  readonly roles: readonly RoleState[];
  readonly keys: readonly TufKey[];
  readonly timeKeys: readonly TufKey[];
}

export interface TrustState {
  /** Those that have a root. */
  readonly repositories: readonly RepositoryState[];
  /** Null where nothing is signed online. */
  readonly online: OnlineKeys | null;
  readonly changes: readonly TrustChange[];
}

/** What stands in both repositories, who signs for what and until when, and what waits for signatures. */
export async function trustState(scope: Scope, brain: Brain): Promise<TrustState> {
  demand(scope, 'trust.read');
  const reads = brain.store.reads(scope);
  const found: RepositoryState[] = [];
  for (const repository of repositories) {
    const root = await readRole(reads, repository, 'root');
    if (root) found.push(await stateOf(reads, repository, root.metadata));
  }
  const online = (await brain.signer?.keys(scope.tenant)) ?? null;
  return { repositories: found, online, changes: await reads.openTrustChanges() };
}

/**
 * Any file that was ever published, by its name: `VERSION.ROLE.json`, or `ROLE.json` for the newest.
 * @throws FettleError `not-found`
 */
export async function trustMetadata(
  scope: Scope,
  brain: Brain,
  { repository, name }: { readonly repository: Repository; readonly name: string },
): Promise<TrustFile> {
  demand(scope, 'trust.read');
  const newest = readFileName(`1.${name}`);
  const asked = readFileName(name) ?? (newest && { ...newest, version: undefined });
  const file = asked && (await brain.store.reads(scope).trustFile(repository, asked.role, asked.version));
  if (file) return file;
  throw new FettleError('not-found', `The ${repository} repository has no ${name.slice(0, 100)}.`);
}

async function stateOf(reads: TrustReads, repository: Repository, root: RootMetadata): Promise<RepositoryState> {
  const keys = new Map(root.keys);
  const roles: RoleState[] = [];
  for (const role of ['root', 'targets', 'snapshot', 'timestamp'] as const) {
    roles.push({ role, ...root.roles[role], paths: [], ...(await standingOf(reads, repository, role)) });
  }
  const targets = repository === 'image' ? (await readRole(reads, repository, 'targets'))?.metadata : undefined;
  for (const [keyid, key] of targets?.delegations?.keys ?? []) keys.set(keyid, key);
  roles.push(...(await delegated(reads, targets)));
  return { repository, roles, keys: [...keys.values()], timeKeys: root.time?.keys ?? [] };
}

async function delegated(reads: TrustReads, targets: TargetsMetadata | undefined): Promise<readonly RoleState[]> {
  const roles: RoleState[] = [];
  for (const { name, keyids, threshold, paths } of targets?.delegations?.roles ?? []) {
    const role = name as RoleName;
    if (isTopRole(role)) continue;
    roles.push({ role, keyids, threshold, paths, ...(await standingOf(reads, 'image', role)) });
  }
  return roles;
}

async function standingOf(reads: TrustReads, repository: Repository, role: RoleName) {
  const found = await readRole(reads, repository, role);
  return { version: found?.file.version ?? null, expiresAt: found?.metadata.expiresAt ?? null };
}
