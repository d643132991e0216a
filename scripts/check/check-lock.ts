import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';

type Versions = Readonly<Record<string, string>>;
interface LockedPackage {
  readonly link?: boolean;
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly optionalDependencies?: Versions;
}
type LockedPackages = Readonly<Record<string, LockedPackage>>;

const file = 'package-lock.json';
const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/** The lock file says what every package.json says, and for every kind of machine: else `npm ci` refuses it. */
export function checkLock(root: string): Finding[] {
  const { packages }: { packages: LockedPackages } = JSON.parse(readFileSync(join(root, file), 'utf8'));
  return [...findStale(root, packages), ...findMissingOptionals(packages)];
}

function findStale(root: string, packages: LockedPackages): Finding[] {
  const ours = Object.keys(packages).filter((path) => !path.includes('node_modules/'));
  return ours.flatMap((path) => {
    const declared: LockedPackage = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
    const differs = kinds.some((kind) => sorted(declared[kind]) !== sorted(packages[path]?.[kind]));
    return differs ? [{ file, message: `is older than ${join(path, 'package.json')}: run npm install.` }] : [];
  });
}

/** npm leaves out a platform's package without a word when the place it asked does not have that version. */
function findMissingOptionals(packages: LockedPackages): Finding[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {})
      .filter((name) => !isLocked(packages, path, name))
      .map((name) => ({
        file,
        message: `lacks ${name}, which ${path || 'the house'} may need: choose a version that has it.`,
      })),
  );
}

/** Looks where Node would: below the package itself, then in each folder above it. */
function isLocked(packages: LockedPackages, path: string, name: string): boolean {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (Object.hasOwn(packages, at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`)) return true;
    if (at === '') return false;
  }
}

function sorted(versions: Versions | undefined): string {
  return JSON.stringify(Object.entries(versions ?? {}).sort());
}
