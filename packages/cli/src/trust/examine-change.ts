import { FettleError, type Instant, type Repository } from '@fettle/model';
import {
  checkSuccessor,
  diffMetadata,
  type Metadata,
  openMetadata,
  openPayload,
  publicKeyOf,
  type RoleKeys,
  type RootMetadata,
  type TargetsMetadata,
  type TufKey,
  validSigners,
} from '@fettle/trust';
import { followRoots, type TrustedRoot } from './follow-roots.ts';

/** What is to be signed. */
export interface ToExamine {
  readonly repository: Repository;
  readonly role: string;
  readonly payload: Uint8Array;
}

/** Files that somebody shows with a change; nothing in them is believed before it is verified. */
export interface ChangeEvidence {
  /** Roots in order of their version, without gaps. */
  readonly roots: readonly string[];
  /** The newest top-level targets, for the role of a fleet. */
  readonly targets: string | undefined;
  /** The newest file of the role. */
  readonly previous: string | undefined;
}

/** Some of the keys that have to sign: a new root has two such groups. */
export interface Group {
  readonly what: string;
  readonly role: RoleKeys;
  readonly keys: ReadonlyMap<string, TufKey>;
}

export interface Examined {
  readonly next: Metadata;
  /** What changes, in sentences, found out here. */
  readonly summary: readonly string[];
  /** Why nobody should sign it. */
  readonly problems: readonly string[];
  readonly groups: readonly Group[];
  /** Undefined before the first root. */
  readonly root: TrustedRoot | undefined;
}

/**
 * Finds out what a change does, from its exact bytes and from files that the trusted root proves.
 * @param trusted the root that this person has pinned
 * @throws FettleError `invalid-input` for a payload that cannot be read, `signature-invalid` for evidence that proves nothing
 */
export function examineChange(
  { repository, role, payload }: ToExamine,
  evidence: ChangeEvidence,
  { trusted, now }: { readonly trusted: string | undefined; readonly now: Instant },
): Examined {
  const opened = openPayload(payload);
  if (!opened.ok) throw new FettleError('invalid-input', `Expected canonical metadata to sign: ${opened.message}`);
  const next = opened.metadata;
  const root = followRoots(trusted, evidence.roots);
  const groups = groupsOf({ role, next, root, targets: evidence.targets });
  const standing = role === 'root' ? root && { metadata: root.root, proven: true } : standingOf(evidence, groups);
  const problems = checkSuccessor(standing?.metadata, next, { repository, role, now }).map(({ message }) => message);
  // Against something unproven nothing may look unchanged: then everything is said.
  const known = standing?.proven ? standing.metadata : undefined;
  const warning =
    standing && !standing.proven
      ? [
          `The last ${role}, version ${standing.metadata.version}, is not signed by today's keys: all of this one is told.`,
        ]
      : [];
  return { next, summary: [...warning, ...diffMetadata(known, next)], problems, groups, root };
}

/** Keyids that may sign, and our ids of those keys. */
export function keysThatSign(groups: readonly Group[]): ReadonlyMap<string, TufKey> {
  const found = new Map<string, TufKey>();
  for (const { role, keys } of groups) {
    for (const keyid of role.keyids) {
      const key = keys.get(keyid);
      if (key) found.set(keyid, key);
    }
  }
  return found;
}

/** What each group still lacks. @param signed ids of keys (`PublicKey.id`) whose signatures are there */
export function lacking(groups: readonly Group[], signed: ReadonlySet<string>): readonly string[] {
  return groups.flatMap(({ what, role, keys }) => {
    const ids = new Set(role.keyids.map((keyid) => idOf(keys.get(keyid))));
    const found = [...ids].filter((id) => id !== undefined && signed.has(id)).length;
    const missing = role.threshold - found;
    if (missing <= 0) return [];
    const left = role.keyids.filter((keyid) => !signed.has(idOf(keys.get(keyid)) ?? '')).map((id) => id.slice(0, 12));
    return [`${missing} more of ${what}: ${left.join(', ')}`];
  });
}

function idOf(key: TufKey | undefined): string | undefined {
  return key && publicKeyOf(key)?.id;
}

interface Asked {
  readonly role: string;
  readonly next: Metadata;
  readonly root: TrustedRoot | undefined;
  readonly targets: string | undefined;
}

/** @source TUF 1.0.34 §5.3.4 for roots, §4.5 for delegated roles */
function groupsOf({ role, next, root, targets }: Asked): readonly Group[] {
  if (role === 'root') {
    if (next.type !== 'root') throw new FettleError('invalid-input', `Expected a root, found ${next.type}.`);
    const own = groupOfRoot(next);
    return root && root.root.version < next.version ? [groupOfRoot(root.root), own] : [own];
  }
  if (!root) throw new FettleError('wrong-state', 'Expected a root before anything else is signed, found none.');
  const top = { what: 'the targets keys', role: root.root.roles.targets, keys: root.root.keys };
  if (role === 'targets') return [top];
  const delegator = targets === undefined ? undefined : readTargets(targets, [top]);
  const delegation = delegator?.metadata.delegations?.roles.find(({ name }) => name === role);
  const keys = delegator?.metadata.delegations?.keys;
  if (delegator?.proven && delegation && keys) return [{ what: `the keys of fleet ${role}`, role: delegation, keys }];
  throw new FettleError('signature-invalid', `Expected signed targets that delegate to ${role}, found none.`);
}

function groupOfRoot({ version, roles, keys }: RootMetadata): Group {
  return { what: `the officers of root ${version}`, role: roles.root, keys };
}

function standingOf({ previous }: ChangeEvidence, groups: readonly Group[]) {
  return previous === undefined ? undefined : readTargets(previous, groups);
}

/** A targets file, and whether every group has signed it. */
export function readTargets(
  text: string,
  groups: readonly Group[],
): { readonly metadata: TargetsMetadata; readonly proven: boolean } {
  const opened = openMetadata(Buffer.from(text, 'utf8'));
  if (!opened.ok) throw new FettleError('signature-invalid', `Expected a targets file: ${opened.message}`);
  const { file, metadata } = opened;
  if (metadata.type !== 'targets') {
    throw new FettleError('signature-invalid', `Expected a targets file, found ${metadata.type}.`);
  }
  const proven = groups.every(({ role, keys }) => validSigners(file, role, keys).length >= role.threshold);
  return { metadata, proven };
}
