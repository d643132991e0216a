import type { FleetId, KeyId, Repository, RoleName } from '@fettle/model';
import {
  type Metadata,
  type ParsedSigned,
  publicKeyOf,
  type RoleKeys,
  type TargetsMetadata,
  type TufKey,
  validSigners,
} from '@fettle/trust';
import { delegationIn, readRole } from './stored-files.ts';
import type { TrustReads } from './trust-store.ts';

/** Who has to sign a file; several of these have to agree to a new root. */
export interface Authority {
  readonly what: string;
  readonly role: RoleKeys;
  readonly keys: ReadonlyMap<string, TufKey>;
}

/**
 * Who has to sign the next file of a role.
 * @returns empty when nobody may: the role is not delegated, or there is no root yet
 * @source TUF 1.0.34 §5.3.4 for roots, §4.5 for delegated roles
 */
export async function authoritiesOf(
  reads: TrustReads,
  { repository, role }: { readonly repository: Repository; readonly role: RoleName },
  next: Metadata,
): Promise<readonly Authority[]> {
  const root = await readRole(reads, repository, 'root');
  if (role === 'root') {
    if (next.type !== 'root') return [];
    const old = root && { what: `root ${root.file.version}`, role: root.metadata.roles.root, keys: root.metadata.keys };
    return [...(old ? [old] : []), { what: `root ${next.version}`, role: next.roles.root, keys: next.keys }];
  }
  if (!root) return [];
  if (role === 'targets') return [{ what: 'targets', role: root.metadata.roles.targets, keys: root.metadata.keys }];
  const targets = await readRole(reads, repository, 'targets');
  return targets ? authorityOfFleet(targets.metadata, role as FleetId) : [];
}

export function authorityOfFleet(targets: TargetsMetadata, fleet: FleetId): readonly Authority[] {
  const delegation = delegationIn(targets, fleet);
  return delegation ? [{ ...delegation, what: `the role of fleet ${fleet}` }] : [];
}

/** What signatures a file still lacks, as a sentence; undefined when it has them all. */
export function lackingSignatures(file: ParsedSigned, authorities: readonly Authority[]): string | undefined {
  for (const { what, role, keys } of authorities) {
    const found = validSigners(file, role, keys).length;
    if (found < role.threshold)
      return `Expected ${role.threshold} signature(s) by the keys of ${what}, found ${found}.`;
  }
  return authorities.length === 0 ? 'Nobody may sign this role: it is not delegated.' : undefined;
}

/** The key of a keyid that may sign here. */
export function keyFor(authorities: readonly Authority[], keyid: string): TufKey | undefined {
  const authority = authorities.find(({ role, keys }) => role.keyids.includes(keyid) && keys.has(keyid));
  return authority?.keys.get(keyid);
}

/** Our ids of the keys that signed a file. */
export function signerIds(file: ParsedSigned, authorities: readonly Authority[]): readonly KeyId[] {
  const ids = authorities.flatMap(({ role, keys }) =>
    validSigners(file, role, keys).map((keyid) => {
      const key = keys.get(keyid);
      return key && publicKeyOf(key)?.id;
    }),
  );
  return [...new Set(ids.filter((id) => id !== undefined))];
}
