import { ecosystemOf } from './ecosystems.ts';
import type { PurlParts } from './purl.ts';

const languages: Readonly<Record<string, string>> = {
  npm: 'npm',
  pypi: 'PyPI',
  golang: 'Go',
  cargo: 'crates.io',
  maven: 'Maven',
  nuget: 'NuGet',
  gem: 'RubyGems',
  composer: 'Packagist',
  hex: 'Hex',
  pub: 'Pub',
  conan: 'ConanCenter',
};

/** Which ecosystem orders the versions of a package, by its purl alone; null when that does not say it. */
export function purlEcosystem({ type, namespace, qualifiers }: PurlParts): string | null {
  if (type !== 'deb' && type !== 'apk' && type !== 'rpm') return languages[type] ?? null;
  const distro = qualifiers?.distro ?? '';
  const dash = distro.lastIndexOf('-');
  const id = (dash === -1 ? (namespace ?? '') : distro.slice(0, dash)).toLowerCase();
  const versionId = dash === -1 ? '' : distro.slice(dash + 1);
  return ecosystemOf(type, { id, versionId, name: id, idLike: [] });
}
