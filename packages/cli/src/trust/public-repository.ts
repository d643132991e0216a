import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FettleError } from '@fettle/model';
import {
  type FetchMetadata,
  openMetadata,
  type Refused,
  type SnapshotMetadata,
  type TargetsMetadata,
  type TrustedState,
  trustRoot,
  updateRepository,
} from '@fettle/trust';
import type { Context } from '../context.ts';
import type { Group } from './examine-change.ts';
import { sayFirstTrust } from './first-trust.ts';
import { openRoot } from './follow-roots.ts';
import { keepPin, pinFile, type RepositoryName, readPin } from './pins.ts';

/** What a fleet's role is, as a client of the repository finds it. */
export interface FleetView {
  readonly group: Group;
  /** Undefined before its first file. */
  readonly previous: TargetsMetadata | undefined;
}

/**
 * Looks a fleet up in the image repository that the server serves to everybody, from the root that is trusted here.
 * @returns undefined for a fleet that nobody delegates to: it trusts its own keys
 * @throws FettleError `signature-invalid` with what would have been gained by it
 */
export async function lookUpFleet(
  context: Context,
  fleet: string,
  options: { readonly root?: string | undefined } = {},
): Promise<FleetView | undefined> {
  const { server = '' } = await context.settings();
  const { tenant } = await (await context.client()).whoami();
  const name: RepositoryName = { origin: `${new URL(server).host}/${tenant}`, repository: 'image' };
  const fetchFile = fetcher(`${server.replace(/\/+$/, '')}/repository/${tenant}/metadata`, context.io.signal);
  const start = await startOf(context, name, { fetchFile, ...options });
  if (!start) return undefined;
  // First what has to be fresh; then the role of the fleet, which publishing renews when it has expired.
  const updated = await updateRepository(start, fetchFile, { now: Date.now() });
  await keepRoot(context, name, updated.state);
  if (!updated.ok) {
    // A root alone delegates to nobody.
    if (updated.code === 'metadata-absent' && updated.state.timestamp === undefined && !options.root) return undefined;
    throw refusedBy(updated);
  }
  const role = updated.targets.delegations?.roles.find((one) => one.name === fleet);
  const keys = updated.targets.delegations?.keys;
  if (!role || !keys) return undefined;
  const group = { what: `the keys of fleet ${fleet}`, role, keys };
  const previous = await previousOf({ fleet, fetchFile, state: updated.state, snapshot: updated.snapshot });
  return { group, previous };
}

/** Where trust begins: a root file, the pinned root, or, the first time, what the server shows. */
async function startOf(
  context: Context,
  name: RepositoryName,
  { root, fetchFile }: { readonly root?: string | undefined; readonly fetchFile: FetchMetadata },
): Promise<TrustedState | undefined> {
  const { env } = context.io;
  const pinned = await readPin(env, name);
  const text = root === undefined ? pinned : await readFile(resolve(root), 'utf8');
  if (text !== undefined) return stateOf(text);
  const first = await fetchFile('1.root.json', 512_000);
  if (first === 'absent') return undefined;
  const shown = Buffer.from(first).toString('utf8');
  const { fingerprint } = openRoot(shown);
  const file = pinFile(env, name);
  sayFirstTrust(context, { name, version: 1, fingerprint, shownBy: 'the server', file });
  return stateOf(shown);
}

function stateOf(text: string): TrustedState {
  const verdict = trustRoot(Buffer.from(text, 'utf8'));
  if (!verdict.ok) throw refusedBy(verdict);
  return verdict.state;
}

async function keepRoot({ io }: Context, name: RepositoryName, { root }: TrustedState): Promise<void> {
  await keepPin(io.env, name, root);
}

interface Search {
  readonly fleet: string;
  readonly fetchFile: FetchMetadata;
  readonly state: TrustedState;
  readonly snapshot: SnapshotMetadata;
}

async function previousOf({ fleet, fetchFile, state, snapshot }: Search): Promise<TargetsMetadata | undefined> {
  if (!snapshot.meta.has(fleet)) return undefined;
  const path = `${fleet}/any/any`;
  const found = await updateRepository(state, fetchFile, { now: 0, paths: [path] });
  if (!found.ok) throw refusedBy(found);
  const lookup = found.lookups.get(path);
  if (lookup && !lookup.ok && lookup.code !== 'target-absent') throw refusedBy(lookup, `fettle root renew ${fleet}`);
  const opened = openMetadata(Buffer.from(found.state.delegated[fleet] ?? '', 'utf8'));
  if (opened.ok && opened.metadata.type === 'targets') return opened.metadata;
  throw new FettleError('internal', `Expected the file of fleet ${fleet} after it was verified, found none.`);
}

function refusedBy(
  { code, attack, message }: Pick<Refused, 'code' | 'attack' | 'message'>,
  next?: string,
): FettleError {
  const what = attack === 'none' ? '' : ` This is how ${attack} would look.`;
  return new FettleError(
    'signature-invalid',
    `The image repository is not to be trusted (${code}): ${message}${what}`,
    {
      details: { next: next ?? 'fettle root show, and ask the officers' },
    },
  );
}

/** Fetches the public files of a repository, never more bytes than are asked for. */
function fetcher(base: string, signal: AbortSignal): FetchMetadata {
  return async (name, maxBytes) => {
    const response = await fetch(`${base}/${name}`, {
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    });
    if (response.status === 404) {
      await response.body?.cancel();
      return 'absent';
    }
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of response.body ?? []) {
      pieces.push(piece);
      length += piece.length;
      if (length > maxBytes) break;
    }
    return Buffer.concat(pieces);
  };
}
