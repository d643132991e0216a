/** The rules by which versions are ordered; `generic` is a guess. */
export type VersionOrder = 'dpkg' | 'apk' | 'rpm' | 'semver' | 'pep440' | 'generic';

/** Which name of a package an ecosystem's data is filed under: its own, that of its source package, or either. */
export type FiledUnder = 'own' | 'source' | 'either';

/** An ecosystem's name taken apart. */
export interface Ecosystem {
  /** Without a release: `Debian`. */
  readonly base: string;
  /** In one spelling: `12`, `3.19`, `22.04`; empty for all releases. */
  readonly release: string;
  readonly order: VersionOrder;
  readonly filedUnder: FiledUnder;
  /** Whether data is of one release, so that a package of an unknown release cannot be looked up. */
  readonly hasReleases: boolean;
}

interface EcosystemRule {
  readonly order: VersionOrder;
  readonly filedUnder?: FiledUnder;
  /** The spelling of a release that is compared; without it what follows the `:` says where packages come from. */
  readonly release?: (text: string) => string;
}

const major = (text: string) => /^\d+/.exec(text)?.[0] ?? text.toLowerCase();
const asIs = (text: string) => text.toLowerCase();
/** `v3.19`, `3.19.1` → `3.19`; `edge` stays. */
const alpine = (text: string) => /^v?(\d+\.\d+)/.exec(text)?.[1] ?? text.toLowerCase();
/** `22.04:LTS`, `Pro:22.04:LTS` → `22.04`: fixes for subscribers are fixes of the same release. */
const ubuntu = (text: string) => /\d+\.\d+/.exec(text)?.[0] ?? text.toLowerCase();
/** `enterprise_linux:9::baseos`, `rhel_aus:8.4::appstream`, `9.3` → the major release. */
const redHat = (text: string) => /(?:^|:)(\d+)/.exec(text)?.[1] ?? text.toLowerCase();

/** `Leap:15.5`, `Leap 15.5`; `Linux Enterprise Server 15 SP4` → `linux enterprise server 15.4`. */
const suse = (text: string) =>
  text
    .toLowerCase()
    .replace(/[:\s]+/g, ' ')
    .replace(/ sp(\d+)/, '.$1');

/** @source OSV schema 1.7, "Defined ecosystems" */
const rules: Readonly<Record<string, EcosystemRule>> = {
  Debian: { order: 'dpkg', filedUnder: 'source', release: major },
  Ubuntu: { order: 'dpkg', filedUnder: 'source', release: ubuntu },
  Echo: { order: 'dpkg', filedUnder: 'source' },
  Alpine: { order: 'apk', filedUnder: 'source', release: alpine },
  Alpaquita: { order: 'apk', filedUnder: 'source', release: asIs },
  'BellSoft Hardened Containers': { order: 'apk', filedUnder: 'source', release: asIs },
  Chainguard: { order: 'apk', filedUnder: 'either' },
  MinimOS: { order: 'apk', filedUnder: 'either' },
  Wolfi: { order: 'apk', filedUnder: 'either' },
  AlmaLinux: { order: 'rpm', filedUnder: 'either', release: major },
  'Azure Linux': { order: 'rpm', filedUnder: 'either', release: major },
  Mageia: { order: 'rpm', filedUnder: 'source', release: major },
  openEuler: { order: 'rpm', filedUnder: 'source', release: asIs },
  openSUSE: { order: 'rpm', filedUnder: 'either', release: suse },
  'Photon OS': { order: 'rpm', filedUnder: 'either', release: asIs },
  'Red Hat': { order: 'rpm', filedUnder: 'either', release: redHat },
  'Rocky Linux': { order: 'rpm', filedUnder: 'either', release: major },
  SUSE: { order: 'rpm', filedUnder: 'either', release: suse },
  Bitnami: { order: 'semver' },
  'crates.io': { order: 'semver' },
  Go: { order: 'semver' },
  Hex: { order: 'semver' },
  Julia: { order: 'semver' },
  npm: { order: 'semver' },
  NuGet: { order: 'semver' },
  Pub: { order: 'semver' },
  SwiftURL: { order: 'semver' },
  VSCode: { order: 'semver' },
  PyPI: { order: 'pep440' },
};

/** What OSV says of packages without an ecosystem: by the repository of their source. */
export const gitEcosystem = 'GIT';

/** @param text as OSV writes it: `Debian:12`, `Alpine:v3.19`, `Ubuntu:Pro:18.04:LTS`, `npm` */
export function readEcosystem(text: string): Ecosystem {
  const colon = text.indexOf(':');
  const base = colon < 0 ? text : text.slice(0, colon);
  const suffix = colon < 0 ? '' : text.slice(colon + 1);
  const rule = Object.hasOwn(rules, base) ? rules[base] : undefined;
  const release = rule?.release;
  return {
    base,
    release: suffix === '' || release === undefined ? '' : release(suffix),
    order: rule?.order ?? 'generic',
    filedUnder: rule?.filedUnder ?? 'own',
    hasReleases: release !== undefined,
  };
}

/** An ecosystem and its release in one spelling: `Debian:12`, `Alpine:3.19`, `Go`. */
export function ecosystemLabel(text: string): string {
  const { base, release } = readEcosystem(text);
  return release === '' ? base : `${base}:${release}`;
}

/** The name that two spellings of one package share. @source PEP 503 "Normalized names"; NuGet and Packagist ignore case */
export function normalisePackageName(base: string, name: string): string {
  if (base === 'PyPI') return name.toLowerCase().replace(/[-_.]+/g, '-');
  if (base === 'NuGet' || base === 'Packagist' || base === 'VSCode') return name.toLowerCase();
  if (base === gitEcosystem) return repositoryName(name);
  return name;
}

/** What data sets file a package's vulnerabilities under: all releases of an ecosystem together. */
export function packageKey(ecosystem: string, name: string): string {
  const { base } = readEcosystem(ecosystem);
  return `${base}|${normalisePackageName(base, name)}`;
}

/** `git+https://github.com/Owner/Repo.git` → `github.com/owner/repo`. */
function repositoryName(url: string): string {
  return url
    .toLowerCase()
    .replace(/^git\+/, '')
    .replace(/^[a-z]+:\/\/(?:[^/@]*@)?/, '')
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
}
