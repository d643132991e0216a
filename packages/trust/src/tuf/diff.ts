import { topRoles } from '@fettle/model';
import { canonicalText } from './canonical.ts';
import { instantText } from './fields.ts';
import type {
  DelegatedRole,
  FileMeta,
  Metadata,
  RoleKeys,
  RootMetadata,
  TargetFile,
  TargetsMetadata,
} from './metadata.ts';
import type { TufKey } from './tuf-key.ts';

/**
 * What a file changes against the one before, in sentences for whoever is asked to sign it. Everything that differs is
 * said, also what this model does not know.
 * @param previous undefined for the first version
 */
export function diffMetadata(previous: Metadata | undefined, next: Metadata): readonly string[] {
  const before = previous?.type === next.type ? previous : undefined;
  const common = [versionSentence(before, next), `It expires at ${instantText(next.expiresAt)}.`];
  return [...common, ...diffBody(before, next), ...diffUnknown(before, next)];
}

function versionSentence(before: Metadata | undefined, { type, version }: Metadata): string {
  return before ? `Version ${version} of ${type} follows version ${before.version}.` : `Version ${version} of ${type}.`;
}

function diffBody(before: Metadata | undefined, next: Metadata): readonly string[] {
  switch (next.type) {
    case 'root':
      return diffRoot(before?.type === 'root' ? before : undefined, next);
    case 'targets':
      return diffTargets(before?.type === 'targets' ? before : undefined, next);
    case 'snapshot':
      return diffMeta((before?.type === 'snapshot' ? before : undefined)?.meta, next.meta);
    case 'timestamp': {
      const old = before?.type === 'timestamp' ? before : undefined;
      return diffMeta(old && new Map([['snapshot', old.snapshot]]), new Map([['snapshot', next.snapshot]]));
    }
  }
}

function diffRoot(before: RootMetadata | undefined, next: RootMetadata): readonly string[] {
  const roles = topRoles.flatMap((role) =>
    diffRoleKeys(`Role ${role}`, before && { ...before.roles[role], known: before.keys }, {
      ...next.roles[role],
      known: next.keys,
    }),
  );
  const time = diffTable('time key', timeKeys(before), timeKeys(next), {
    equal: () => true,
    say: (key) => `${key.scheme} ${short(key.keyid)}`,
  });
  const floor = next.time?.floor;
  const reset = floor === undefined ? [] : [`Devices that take it over set their time floor to ${instantText(floor)}.`];
  return [...roles, ...time, ...(before?.time?.floor === floor ? [] : reset)];
}

function timeKeys(root: RootMetadata | undefined): ReadonlyMap<string, TufKey> {
  return new Map((root?.time?.keys ?? []).map((key) => [key.keyid, key]));
}

type KnownRoleKeys = RoleKeys & { readonly known: ReadonlyMap<string, TufKey> };

function diffRoleKeys(what: string, before: KnownRoleKeys | undefined, after: KnownRoleKeys): readonly string[] {
  const name = ({ known }: KnownRoleKeys, keyid: string) =>
    `${known.get(keyid)?.scheme ?? 'unknown'} key ${short(keyid)}`;
  const added = after.keyids.filter((keyid) => !before?.keyids.includes(keyid));
  const removed = before ? before.keyids.filter((keyid) => !after.keyids.includes(keyid)) : [];
  const threshold = `${after.threshold} of ${after.keyids.length} keys`;
  const sentences = [
    ...added.map((keyid) => `${what} gains ${name(after, keyid)}.`),
    ...removed.map((keyid) => `${what} loses ${before ? name(before, keyid) : short(keyid)}.`),
  ];
  const same = before?.threshold === after.threshold && before.keyids.length === after.keyids.length;
  if (same) return sentences;
  const was = before ? `, before ${before.threshold} of ${before.keyids.length}` : '';
  return [...sentences, `${what} needs ${threshold}${was}.`];
}

function diffTargets(before: TargetsMetadata | undefined, next: TargetsMetadata): readonly string[] {
  const device = next.device === before?.device ? [] : [`It is for device ${next.device ?? 'none'}.`];
  const targets = diffTable('target', before?.targets ?? new Map(), next.targets, {
    equal: (a: TargetFile, b: TargetFile) => targetText(a) === targetText(b),
    say: ({ length, sha256, custom }) => `${length} bytes, SHA-256 ${sha256}, ${canonicalText(custom)}`,
  });
  const floors = diffTable('security floor', before?.floors ?? new Map(), next.floors, {
    equal: (a: number, b: number) => a === b,
    say: (floor) => String(floor),
  });
  return [...device, ...diffDelegations(before, next), ...floors, ...targets];
}

function diffDelegations(before: TargetsMetadata | undefined, next: TargetsMetadata): readonly string[] {
  const old = rolesOf(before);
  const now = rolesOf(next);
  const scope = diffTable('delegation', old, now, {
    equal: (a: DelegatedRole, b: DelegatedRole) => scopeText(a) === scopeText(b),
    say: scopeText,
  });
  const keys = [...now].flatMap(([name, role]) => {
    const was = old.get(name);
    const known = next.delegations?.keys ?? new Map<string, TufKey>();
    const knownBefore = before?.delegations?.keys ?? new Map<string, TufKey>();
    return diffRoleKeys(`Delegation ${name}`, was && { ...was, known: knownBefore }, { ...role, known });
  });
  const kept = [...old.keys()].filter((name) => now.has(name)).join(' ');
  const reordered = kept !== [...now.keys()].filter((name) => old.has(name)).join(' ');
  const order = reordered ? [`Delegations are asked in another order: ${[...now.keys()].join(', ')}.`] : [];
  return [...scope, ...keys, ...order];
}

function rolesOf(targets: TargetsMetadata | undefined): ReadonlyMap<string, DelegatedRole> {
  return new Map((targets?.delegations?.roles ?? []).map((role) => [role.name, role]));
}

function scopeText({ paths, terminating }: DelegatedRole): string {
  return `${paths.join(', ')}${terminating ? ', and nobody after it' : ''}`;
}

function targetText({ length, sha256, custom }: TargetFile): string {
  return canonicalText({ length, sha256, custom });
}

function diffMeta(
  before: ReadonlyMap<string, FileMeta> | undefined,
  next: ReadonlyMap<string, FileMeta>,
): readonly string[] {
  return diffTable('file', before ?? new Map(), next, {
    equal: (a, b) => a.version === b.version && a.length === b.length && a.sha256 === b.sha256,
    say: ({ version, length, sha256 }) =>
      `version ${version}, ${length ?? 'any number of'} bytes, SHA-256 ${sha256 ?? 'not named'}`,
  });
}

function diffUnknown(before: Metadata | undefined, next: Metadata): readonly string[] {
  const old = new Map(Object.entries(before?.unknown ?? {}));
  return diffTable('unknown member', old, new Map(Object.entries(next.unknown)), {
    equal: (a, b) => canonicalText(a) === canonicalText(b),
    say: (value) => canonicalText(value),
  });
}

function diffTable<T>(
  what: string,
  before: ReadonlyMap<string, T>,
  next: ReadonlyMap<string, T>,
  { equal, say }: { readonly equal: (a: T, b: T) => boolean; readonly say: (value: T) => string },
): readonly string[] {
  const sentences: string[] = [];
  for (const [name, value] of next) {
    const old = before.get(name);
    if (old === undefined) sentences.push(`New ${what} ${name}: ${say(value)}.`);
    else if (!equal(old, value)) sentences.push(`Changed ${what} ${name}: ${say(value)}; before: ${say(old)}.`);
  }
  for (const [name, value] of before) {
    if (!next.has(name)) sentences.push(`Removed ${what} ${name}: ${say(value)}.`);
  }
  return sentences;
}

function short(keyid: string): string {
  return keyid.slice(0, 12);
}
