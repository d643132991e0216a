import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Client } from '@fettle/api';
import { FettleError, type Repository } from '@fettle/model';
import type { TargetsMetadata } from '@fettle/trust';
import type { Context } from '../context.ts';
import { type Group, readTargets } from './examine-change.ts';
import { sayFirstTrust } from './first-trust.ts';
import { followRoots, openRoot, type TrustedRoot } from './follow-roots.ts';
import { keepPin, pinFile, type RepositoryName, readPin } from './pins.ts';

/** What stands in a repository, as far as the pinned root proves it. */
export interface Standing {
  readonly name: RepositoryName;
  /** Undefined before the first root is published. */
  readonly root: TrustedRoot | undefined;
  /** All roots that were shown, in order. */
  readonly roots: readonly string[];
}

/** A targets file that stands, and whether those who may sign it today have signed it. */
export interface StandingTargets {
  readonly text: string;
  readonly metadata: TargetsMetadata;
  readonly proven: boolean;
  readonly group: Group;
}

const mostRoots = 256;

/**
 * Follows a repository of the server from the root that this person trusts: given by file, pinned, or, the first time,
 * the first that the server shows, which is said loudly.
 */
export async function standingOf(
  context: Context,
  repository: Repository,
  options: { readonly root?: string | undefined } = {},
): Promise<Standing> {
  const client = await context.client();
  const name = await nameOf(context, client, repository);
  const { env } = context.io;
  const given = options.root === undefined ? undefined : await readFile(resolve(options.root), 'utf8');
  const pinned = await readPin(env, name);
  if (given !== undefined) openRoot(given);
  const trusted = given ?? pinned;
  const roots = await rootsOf(client, repository);
  const root = followRoots(trusted, roots);
  if (roots.length === 0 && trusted !== undefined) throw vanished(name, pinFile(env, name));
  if (root && root.text !== pinned) {
    const file = await keepPin(env, name, root.text);
    const { version } = root.root;
    const { fingerprint } = root;
    if (trusted === undefined) sayFirstTrust(context, { name, version, fingerprint, shownBy: 'the server', file });
  }
  return { name, root, roots };
}

/** The newest top-level targets. */
export async function targetsOf(context: Context, { name, root }: Standing): Promise<StandingTargets | undefined> {
  if (!root) return undefined;
  const text = await fileText(await context.client(), name.repository, 'targets.json');
  if (text === undefined) return undefined;
  const group = { what: 'the targets keys', role: root.root.roles.targets, keys: root.root.keys };
  return { text, group, ...readTargets(text, [group]) };
}

/** Whom the targets delegate a fleet to. @throws FettleError `wrong-state` when they do not */
export function delegationOf(targets: StandingTargets | undefined, fleet: string): Group {
  const role = targets?.metadata.delegations?.roles.find(({ name }) => name === fleet);
  const keys = targets?.metadata.delegations?.keys;
  if (targets && role && keys) {
    if (targets.proven) return { what: `the keys of fleet ${fleet}`, role, keys };
    const message = 'The top-level targets are not signed by the keys that the root names today.';
    throw new FettleError('signature-invalid', message, { details: { next: 'fettle root renew targets' } });
  }
  throw new FettleError('wrong-state', `The image repository does not delegate to fleet ${fleet}.`, {
    details: { next: `fettle root delegate ${fleet} --key PUBLIC-KEY-FILE` },
  });
}

/** The newest file of a fleet's role. */
export async function fleetFileOf(context: Context, fleet: string, group: Group): Promise<StandingTargets | undefined> {
  const text = await fileText(await context.client(), 'image', `${fleet}.json`);
  return text === undefined ? undefined : { text, group, ...readTargets(text, [group]) };
}

/** A published file by its name; undefined when there is none. */
export async function fileText(client: Client, repository: Repository, name: string): Promise<string | undefined> {
  try {
    return (await client.trustMetadata({ repository, name })).text;
  } catch (error) {
    if (error instanceof FettleError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** Who speaks for the repository: server and tenant. */
async function nameOf(context: Context, client: Client, repository: Repository): Promise<RepositoryName> {
  const { server = '' } = await context.settings();
  const { tenant } = await client.whoami();
  return { origin: `${new URL(server).host}/${tenant}`, repository };
}

async function rootsOf(client: Client, repository: Repository): Promise<readonly string[]> {
  const roots: string[] = [];
  while (roots.length <= mostRoots) {
    const text = await fileText(client, repository, `${roots.length + 1}.root.json`);
    if (text === undefined) return roots;
    roots.push(text);
  }
  throw new FettleError('too-large', `Expected at most ${mostRoots} roots, the server shows more.`);
}

function vanished({ origin, repository }: RepositoryName, file: string): FettleError {
  const message = `Expected the ${repository} root of ${origin} that is trusted here, the server shows none.`;
  return new FettleError('signature-invalid', message, {
    details: { next: `ask who made the server anew; only then rm ${file}` },
  });
}
