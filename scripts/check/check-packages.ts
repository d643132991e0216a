import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';

type Versions = Readonly<Record<string, string>>;
interface PackageFile {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly optionalDependencies?: Versions;
}

const exact = /^(?:npm:(?:@[\w-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** One version, one licence, one Node for the whole house, and every dependency pinned to one version. */
export function checkPackages(root: string): Finding[] {
  const house = read(root, 'package.json');
  const files = readdirSync(join(root, 'packages'))
    .map((name) => `packages/${name}/package.json`)
    .filter((file) => existsSync(join(root, file)));
  const pinned = new Map<string, { version: string; file: string }>();
  const findings: Finding[] = [];
  for (const file of ['package.json', ...files]) {
    const value = read(root, file);
    const say = (message: string) => findings.push({ file, message });
    for (const key of ['version', 'license'] as const) {
      if (value[key] !== house[key]) say(`${key} is ${value[key]}, the house has ${house[key]}: make them equal.`);
    }
    if (value.engines?.node !== house.engines?.node) {
      say(`engines.node is ${value.engines?.node}, the house has ${house.engines?.node}: make them equal.`);
    }
    for (const [name, version] of allDependencies(value)) {
      if (!exact.test(version)) say(`${name} is "${version}": pin one exact version.`);
      const first = pinned.get(name);
      if (first === undefined) pinned.set(name, { version, file });
      else if (first.version !== version) say(`${name} is ${version}, but ${first.version} in ${first.file}: use one.`);
      if (name.startsWith('@fettle/') && version !== house.version) say(`${name} is ${version}, not ${house.version}.`);
    }
  }
  return findings;
}

function allDependencies(value: PackageFile): [string, string][] {
  return Object.entries({ ...value.dependencies, ...value.devDependencies, ...value.optionalDependencies });
}

function read(root: string, file: string): PackageFile {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}
