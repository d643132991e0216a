import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RepositoryStateView, TrustStateView } from '@fettle/api';
import type { Repository } from '@fettle/model';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { formatAge } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import { table } from '../output/table.ts';
import { addCommand, type Shell } from '../shell.ts';
import { openChange } from '../trust/server-change.ts';
import { changeLine, describeChange, describeWait } from '../trust/show-change.ts';
import { staleRoles } from '../trust/stale-roles.ts';
import { standingOf } from '../trust/standing.ts';

/** `root show`: what stands, or one change. */
export function addRootShow(root: Command, shell: Shell): void {
  addCommand<{ root?: string; out?: string }>(root, shell, {
    usage: 'show [change]',
    summary: 'show who may sign what and until when, or what a change does and who has signed it',
    options: (command) =>
      command
        .option('--root <file>', 'trust this root instead of the pinned one')
        .option('--out <folder>', 'write image.root.json and director.root.json there, for devices'),
    run: async (context, options, args) => {
      const [change] = args;
      if (typeof change === 'string') await showChange(context, change, options.root);
      else await showState(context, options.out);
      return undefined;
    },
  });
}

async function showChange(context: Context, change: string, root: string | undefined): Promise<void> {
  const { view, shown: found } = await openChange(context, change, { root, now: Date.now() });
  const isOpen = view.status === 'open';
  // What is decided is not held against what stands by now.
  const shown = isOpen ? found : { ...found, problems: [], lacking: [] };
  context.say({ ...view, ...shown }, (style) => {
    const rows = view.signatures.map(({ keyId, signer, meaning, at }) => [keyId.slice(0, 12), signer, meaning, at]);
    const signed = rows.length === 0 ? 'nobody has signed it' : table(['key', 'brought by', 'meaning', 'at'], rows);
    const wait = isOpen ? `\n${describeWait(shown)}` : '';
    return `${describeChange(shown, style)}${wait}\n${changeLine(view)}\n${signed}`;
  });
  const next =
    shown.lacking.length === 0 ? `fettle root publish ${change}` : `fettle root sign ${change} --key LOCATOR`;
  if (isOpen) context.note(`next: ${next}`);
}

async function showState(context: Context, out: string | undefined): Promise<void> {
  const state = await (await context.client()).trustState();
  const roots: { repository: Repository; version: number; fingerprint: string }[] = [];
  for (const { repository } of state.repositories) {
    const { root } = await standingOf(context, repository);
    if (!root) continue;
    roots.push({ repository, version: root.root.version, fingerprint: root.fingerprint });
    if (out !== undefined) await writeFile(join(resolve(out), `${repository}.root.json`), root.text);
  }
  const stale = state.repositories.some(({ repository }) => repository === 'image') ? await staleRoles(context) : [];
  context.say({ ...state, roots, stale }, (style) => describeState(state, { roots, stale, style }));
  context.note(`next: ${nextOf(state, stale)}`);
}

function nextOf({ repositories, changes }: TrustStateView, stale: readonly string[]): string {
  const [open] = changes;
  if (open) return `fettle root show ${open.id}`;
  if (stale[0] !== undefined) return `fettle root renew ${stale[0]}`;
  const missing = (['image', 'director'] as const).find((name) => !repositories.some((one) => one.repository === name));
  return missing ? `fettle root init --repository ${missing} --officer PUBLIC-KEY-FILE` : 'fettle keys expiring';
}

interface Told {
  readonly roots: readonly { readonly repository: string; readonly version: number; readonly fingerprint: string }[];
  readonly stale: readonly string[];
  readonly style: Style;
}

function describeState({ repositories, changes }: TrustStateView, { roots, stale, style }: Told): string {
  if (repositories.length === 0)
    return 'no repository yet: releases are signed manifests, trusted by the keys of their fleet';
  const parts = repositories.map((one) => describeRepository(one, style));
  const pinned = roots.map(
    ({ repository, version, fingerprint }) => `${repository} root ${version}: SHA-256 ${fingerprint}`,
  );
  const old = stale.map((role) => style.bad(`${role} is not signed by the keys of today: renew it`));
  return [...parts, ...pinned, ...old, ...changes.map(changeLine)].join('\n');
}

function describeRepository({ repository, roles }: RepositoryStateView, style: Style): string {
  const now = Date.now();
  const rows = roles.map(({ role, version, expiresAt, threshold, keyids }) => [
    style.strong(role),
    version === null ? '-' : String(version),
    expiresAt === null ? '-' : formatAge(expiresAt, now),
    `${threshold} of ${keyids.length}`,
    keyids.map((keyid) => keyid.slice(0, 12)).join(' '),
  ]);
  return `${style.strong(repository)}\n${table(['role', 'version', 'expires', 'signatures', 'keys'], rows)}`;
}
