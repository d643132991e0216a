import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import type { ICruiseResult, IModule } from 'dependency-cruiser';
import type { Finding } from './finding.ts';
import { isTestFile, packageOf } from './source-files.ts';

interface Manifest {
  readonly name: string;
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
}

/**
 * A package imports only what its own package.json names, and names only what it imports.
 * Workspaces hoist everything into one folder, which hides a missing name until somebody installs the package alone.
 */
export function checkImports(root: string, imports: Pick<ICruiseResult, 'modules'>): Finding[] {
  const house = readManifest(root, 'package.json');
  const findings: Finding[] = [];
  const used = new Map(packagesOf(imports).map((name) => [name, new Set<string>()]));
  for (const module of imports.modules) {
    if (module.source.includes('node_modules/') || module.coreModule || module.couldNotResolve) continue;
    const owner = packageOf(module.source);
    const own = owner === undefined ? undefined : readManifest(root, `packages/${owner}/package.json`);
    const allowed = allowedNames(module.source, house, own);
    for (const name of importedNames(module)) {
      if (owner !== undefined) used.get(owner)?.add(name);
      const free = owner === undefined && name.startsWith('@fettle/');
      if (!free && name !== own?.name && !allowed.has(name)) {
        const where = owner === undefined ? 'package.json' : `packages/${owner}/package.json`;
        findings.push({ file: module.source, message: `imports ${name}, which ${where} does not name: add it there.` });
      }
    }
    findings.push(...findPrivateImports(module, owner));
  }
  for (const [owner, names] of used) findings.push(...findUnused(root, owner, names));
  return findings;
}

function packagesOf(imports: Pick<ICruiseResult, 'modules'>): string[] {
  return [...new Set(imports.modules.map(({ source }) => packageOf(source)).filter((name) => name !== undefined))];
}

function allowedNames(file: string, house: Manifest, own: Manifest | undefined): Set<string> {
  if (own === undefined) return new Set([...house.dependencies, ...house.devDependencies]);
  if (isTestFile(file)) return new Set([...own.dependencies, ...own.devDependencies, ...house.devDependencies]);
  return new Set(own.dependencies);
}

function importedNames(module: IModule): string[] {
  return module.dependencies
    .filter(({ module: name, dependencyTypes }) => !name.startsWith('.') && !dependencyTypes.includes('core'))
    .map(({ module: name }) => name)
    .filter((name) => !isBuiltin(name))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
}

function findPrivateImports(module: IModule, owner: string | undefined): Finding[] {
  if (owner === undefined) return [];
  return module.dependencies
    .filter((to) => to.module.startsWith('.') && !to.couldNotResolve && packageOf(to.resolved) !== owner)
    .map(({ resolved }) => ({
      file: module.source,
      message: `reaches into ${resolved} by path: import the package by its name.`,
    }));
}

function findUnused(root: string, owner: string, used: ReadonlySet<string>): Finding[] {
  const file = `packages/${owner}/package.json`;
  return [...readManifest(root, file).dependencies]
    .filter((name) => !used.has(name) && !name.startsWith('@types/'))
    .map((name) => ({ file, message: `names ${name}, which no file of the package imports: remove it.` }));
}

function readManifest(root: string, file: string): Manifest {
  const path = join(root, file);
  if (!existsSync(path)) throw new Error(`Expected ${file}, found nothing: every package has a package.json.`);
  const value: {
    name?: string;
    dependencies?: Record<string, string>;
    optionalDependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  } = JSON.parse(readFileSync(path, 'utf8'));
  return {
    name: value.name ?? '',
    dependencies: new Set([...Object.keys(value.dependencies ?? {}), ...Object.keys(value.optionalDependencies ?? {})]),
    devDependencies: new Set(Object.keys(value.devDependencies ?? {})),
  };
}
