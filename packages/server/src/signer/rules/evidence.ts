import {
  type DelegatedRole,
  openMetadata,
  type ParsedSigned,
  type RoleKeys,
  type RootMetadata,
  type TargetsMetadata,
  type TufKey,
  validSigners,
} from '@fettle/trust';
import { type Refused, refused } from './refusal.ts';

/** As far as the signer has followed an image repository. */
export interface Followed {
  /** The newest, by version, and the one before it. */
  readonly roots: ReadonlyMap<number, RootMetadata>;
  /** Newest file of the top-level targets and of every delegated role. */
  readonly roles: ReadonlyMap<string, TargetsMetadata>;
}

export const nothingFollowed: Followed = { roots: new Map(), roles: new Map() };

export interface ShownFile {
  readonly role: string;
  readonly text: string;
}

/** A file that offline keys have signed, and what is followed with it. */
export interface Accepted {
  readonly ok: true;
  readonly followed: Followed;
  readonly role: string;
  readonly version: number;
}

/**
 * Verifies one file of an image repository: a root by the thresholds of the one before and of its own (the very first is
 * taken as it is), targets by the newest root, a delegated role by a delegation of what is followed already.
 * The newest version may be shown again with other contents: two publications that collided, both signed by people.
 * Expiry is not looked at: whether a file is fresh is judged when something is found through it.
 * @source TUF 1.0.34 §5.3.4, §5.3.5, §5.6.3
 */
export function verifyEvidence(followed: Followed, { role, text }: ShownFile): Accepted | Refused {
  const opened = openMetadata(Buffer.from(text, 'utf8'));
  if (!opened.ok) return refused('evidence-unreadable', opened.message);
  const { file, metadata } = opened;
  if (role === 'root' && metadata.type === 'root') return followRoot(followed, file, metadata);
  if (metadata.type === 'targets' && role !== 'root') return followTargets(followed, { role, file, metadata });
  return refused('evidence-unreadable', `Expected root or targets metadata for role ${role}, found ${metadata.type}.`);
}

/** The newest root of what is followed. */
export function newestRoot({ roots }: Followed): RootMetadata | undefined {
  return [...roots.values()].at(-1);
}

function followRoot(followed: Followed, file: ParsedSigned, root: RootMetadata): Accepted | Refused {
  const { version } = root;
  const newest = newestRoot(followed);
  const accept = (): Accepted => {
    const before = [...followed.roots].filter(([known]) => known === version - 1);
    return { ok: true, followed: { ...followed, roots: new Map([...before, [version, root]]) }, role: 'root', version };
  };
  const byItself = [{ role: root.roles.root, keys: root.keys }];
  if (!newest) return isSigned(file, byItself) ? accept() : notSigned('the first root', 'its own keys');
  const before = followed.roots.get(version - 1);
  if (version > newest.version + 1 || !before) {
    return refused('evidence-not-next', `Expected root ${newest.version + 1}, found version ${version}.`);
  }
  if (version < newest.version) return older('root', newest.version, version);
  const thresholds = [{ role: before.roles.root, keys: before.keys }, ...byItself];
  return isSigned(file, thresholds) ? accept() : notSigned(`root ${version}`, `root ${version - 1} and its own`);
}

interface ShownTargets {
  readonly role: string;
  readonly file: ParsedSigned;
  readonly metadata: TargetsMetadata;
}

function followTargets(followed: Followed, { role, file, metadata }: ShownTargets): Accepted | Refused {
  const known = followed.roles.get(role);
  if (known && metadata.version < known.version) return older(role, known.version, metadata.version);
  const holders = role === 'targets' ? topHolders(followed) : delegators(followed, role);
  if (!holders.some((holder) => isSigned(file, [holder]))) {
    return notSigned(`role ${role}`, role === 'targets' ? 'the newest root' : 'those who delegate it');
  }
  const roles = new Map(followed.roles).set(role, metadata);
  return { ok: true, followed: { ...followed, roles }, role, version: metadata.version };
}

interface Holder {
  readonly role: RoleKeys;
  readonly keys: ReadonlyMap<string, TufKey>;
}

function topHolders(followed: Followed): readonly Holder[] {
  const root = newestRoot(followed);
  return root ? [{ role: root.roles.targets, keys: root.keys }] : [];
}

/** Several roles may delegate to one name: any of them makes a file worth listing; a search goes by its own way. */
function delegators({ roles }: Followed, name: string): readonly Holder[] {
  return [...roles.values()].flatMap(({ delegations }) => {
    const own = delegations?.roles.filter((delegated: DelegatedRole) => delegated.name === name) ?? [];
    return own.map((role) => ({ role, keys: delegations?.keys ?? new Map<string, TufKey>() }));
  });
}

function isSigned(file: ParsedSigned, holders: readonly Holder[]): boolean {
  return holders.every(
    ({ role, keys }) => role.threshold >= 1 && validSigners(file, role, keys).length >= role.threshold,
  );
}

function older(role: string, known: number, found: number): Refused {
  return refused('evidence-older', `Expected ${role} ${known} or newer, found version ${found}.`);
}

function notSigned(what: string, whom: string): Refused {
  return refused('evidence-not-signed', `Expected ${what} to be signed by the threshold of ${whom}, it is not.`);
}
