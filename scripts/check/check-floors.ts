import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import type { Finding } from './finding.ts';
import { cruiserConfig, floors } from './floors.ts';
import { listSourceFiles } from './source-files.ts';

const roots = ['actions', 'packages', 'test', 'bench', 'scripts'];

/** Reads who imports whom in the whole repository; one reading serves every rule. */
export async function readImports(root: string): Promise<ICruiseResult> {
  const folders = roots.filter((folder) => existsSync(join(root, folder)));
  const { forbidden, options } = cruiserConfig;
  const { output } = await cruise(folders, {
    ...options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: [...(forbidden ?? [])] },
  });
  if (typeof output === 'string') throw new Error('Expected a result object from dependency-cruiser, found text.');
  return output;
}

/** Imports go down the floors, never up, sideways or round. */
export function checkFloors(root: string, imports: ICruiseResult): Finding[] {
  return [...findUnseen(listSourceFiles(root), imports), ...findPackagesWithoutRow(root), ...findViolations(imports)];
}

/**
 * Files that the reading left out. Without this a reader that cannot parse TypeScript would see nothing and
 * report success (dependency-cruiser does so where it finds no compiler API that it knows).
 */
export function findUnseen(sourceFiles: readonly string[], imports: Pick<ICruiseResult, 'modules'>): Finding[] {
  const seen = new Set(imports.modules.map((module) => module.source));
  return sourceFiles
    .filter((file) => roots.some((folder) => file.startsWith(`${folder}/`)) && !seen.has(file))
    .map((file) => ({ file, message: 'was not read by dependency-cruiser: its imports are unchecked.' }));
}

function findPackagesWithoutRow(root: string): Finding[] {
  return readdirSync(join(root, 'packages'))
    .filter((name) => existsSync(join(root, 'packages', name, 'package.json')) && !Object.hasOwn(floors, name))
    .map((name) => ({ file: `packages/${name}`, message: 'has no row in scripts/check/floors.ts: add one.' }));
}

function findViolations(imports: ICruiseResult): Finding[] {
  const comments = new Map((cruiserConfig.forbidden ?? []).map((rule) => [rule.name, rule.comment]));
  return imports.summary.violations.map(({ from, to, rule, cycle }) => {
    const path = cycle ? cycle.map((step) => step.name).join(' → ') : to;
    return { file: from, message: `${rule.name}: imports ${path}. ${comments.get(rule.name) ?? ''}` };
  });
}
