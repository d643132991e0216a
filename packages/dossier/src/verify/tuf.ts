import { createPublicKey } from 'node:crypto';
import type { Files } from './read-zip.ts';
import { identified, isSigned, type Key, sha256 } from './signatures.ts';
import { at, type Fields, fieldsOf, listOf, parseJson, textOf } from './values.ts';

/** OLPC canonical JSON, as metadata is signed in. @source TUF 1.0.34 §4.2 */
function canonical(value: unknown): string {
  if (typeof value === 'string') return `"${value.replace(/[\\"]/g, '\\$&')}"`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${canonical(name)}:${canonical(member)}`).join(',')}}`;
}

interface Role {
  readonly threshold: number;
  readonly keys: ReadonlyMap<string, Key>;
}

/** Keys of a role as a root or a delegation names them; a key whose id is not its own counts for nothing. */
function roleOf(keys: unknown, role: unknown): Role {
  const found = new Map<string, Key>();
  for (const keyid of listOf(at(role, 'keyids')).map(textOf)) {
    const key = at(keys, keyid);
    if (sha256(canonical(key)) !== keyid) continue;
    const text = textOf(at(key, 'keyval', 'public'));
    const der = { format: 'der', type: 'spki' } as const;
    const raw: Readonly<Record<string, string>> = {
      ed25519: '302a300506032b6570032100',
      'ml-dsa': '30820532300b06096086480165030403110382052100',
    };
    const prefix = raw[textOf(at(key, 'keytype'))];
    try {
      const read =
        prefix === undefined
          ? createPublicKey(text)
          : createPublicKey({ key: Buffer.from(prefix + text, 'hex'), ...der });
      found.set(keyid, identified(read));
    } catch {
      // A key of a kind that this Node does not know signs nothing here.
    }
  }
  return { threshold: Number(at(role, 'threshold')), keys: found };
}

/** @throws Error when fewer than the threshold have signed */
function demandSigned(file: Fields, { threshold, keys }: Role, what: string): void {
  const message = Buffer.from(canonical(file.signed));
  const good = new Set<string>();
  for (const one of listOf(file.signatures)) {
    const key = keys.get(textOf(at(one, 'keyid')));
    if (key && isSigned(key, message, Buffer.from(textOf(at(one, 'sig')), 'hex'))) good.add(key.id);
  }
  if (threshold >= 1 && good.size >= threshold) return;
  throw new Error(`${what}: expected ${threshold} good signatures, found ${good.size}`);
}

export interface Chain {
  /** SHA-256 of the first root. */
  readonly firstRoot: string;
  /** Targets of the fleet by path. */
  readonly targets: ReadonlyMap<string, { readonly sha256: string; readonly length: number; readonly custom: unknown }>;
}

/**
 * Follows the metadata of the image repository from its first root to the targets of a fleet. That it has expired since is
 * no fault: a dossier is kept for years.
 * @source TUF 1.0.34 §5.3 to §5.6
 * @throws Error
 */
export function followChain(files: Files, fleet: string): Chain {
  const named = [...files.keys()].filter((path) => path.startsWith('metadata/'));
  const newest = (role: string) =>
    Math.max(
      0,
      ...named.flatMap((path) =>
        Number(new RegExp(`^metadata/(\\d+)\\.${role.replace(/\./g, '\\.')}\\.json$`).exec(path)?.[1] ?? 0),
      ),
    );
  const read = (role: string, version: number): Fields => {
    const bytes = files.get(`metadata/${version}.${role}.json`);
    if (!bytes) throw new Error(`metadata/${version}.${role}.json is missing`);
    const file = fieldsOf(parseJson(bytes));
    const type = ['root', 'targets', 'snapshot', 'timestamp'].includes(role) ? role : 'targets';
    if (at(file.signed, '_type') !== type || at(file.signed, 'version') !== version)
      throw new Error(`metadata/${version}.${role}.json says it is another`);
    return file;
  };
  let root = read('root', 1);
  demandSigned(root, roleOf(at(root.signed, 'keys'), at(root.signed, 'roles', 'root')), 'root 1');
  for (let version = 2; version <= newest('root'); version++) {
    const next = read('root', version);
    for (const by of [root, next])
      demandSigned(next, roleOf(at(by.signed, 'keys'), at(by.signed, 'roles', 'root')), `root ${version}`);
    root = next;
  }
  const roleIn = (role: string) => roleOf(at(root.signed, 'keys'), at(root.signed, 'roles', role));
  const timestamp = read('timestamp', newest('timestamp'));
  demandSigned(timestamp, roleIn('timestamp'), 'timestamp');
  const follow = (list: Fields, role: string, by: Role): Fields => {
    const meta = at(list.signed, 'meta', `${role}.json`);
    const version = Number(at(meta, 'version'));
    const file = read(role, version);
    const digest = at(meta, 'hashes', 'sha256');
    if (digest !== undefined && digest !== sha256(files.get(`metadata/${version}.${role}.json`) ?? ''))
      throw new Error(`metadata/${version}.${role}.json has another digest than is listed`);
    demandSigned(file, by, role);
    return file;
  };
  const snapshot = follow(timestamp, 'snapshot', roleIn('snapshot'));
  const top = follow(snapshot, 'targets', roleIn('targets'));
  const delegation = listOf(at(top.signed, 'delegations', 'roles')).find((one) => at(one, 'name') === fleet);
  if (!delegation) throw new Error(`the top-level targets delegate nothing to ${fleet}`);
  const own = follow(snapshot, fleet, roleOf(at(top.signed, 'delegations', 'keys'), delegation));
  const targets = Object.entries(fieldsOf(at(own.signed, 'targets'))).map(([path, one]) => {
    return [
      path,
      { sha256: textOf(at(one, 'hashes', 'sha256')), length: Number(at(one, 'length')), custom: at(one, 'custom') },
    ] as const;
  });
  return {
    firstRoot: sha256(files.get('metadata/1.root.json') ?? ''),
    targets: new Map(targets.filter(([path]) => path.startsWith(`${fleet}/`))),
  };
}
