import type { SoftwareComponent } from '../../sbom/component.ts';
import { readPurl } from '../../sbom/inventory/purl.ts';
import { gitEcosystem, packageKey, readEcosystem } from '../ecosystem.ts';
import type { AskedVersion } from '../osv/evaluate.ts';

/** What to look a component up by: a name that data may be filed under, with the version that goes with that name. */
export interface Lookup extends AskedVersion {
  readonly ecosystem: string;
  readonly name: string;
  /** As data sets file it. */
  readonly key: string;
}

/**
 * The names that data on a component may be filed under: its own, its source package's with *that* version, and the
 * repository that its purl says it was built from. Empty when nothing can be looked up.
 */
export function lookupsOf(component: SoftwareComponent): readonly Lookup[] {
  const lookups: Lookup[] = [];
  const { ecosystem } = component;
  if (ecosystem !== null) {
    const { filedUnder } = readEcosystem(ecosystem);
    const own = { name: ownName(component), version: component.version };
    const source = component.source ?? own;
    const names =
      filedUnder === 'own' ? [own] : filedUnder === 'source' || sameName(own, source) ? [source] : [own, source];
    for (const { name, version } of names) {
      if (version !== '' && name !== '') lookups.push({ ecosystem, name, version, key: packageKey(ecosystem, name) });
    }
  }
  const repository = repositoryOf(component);
  return repository === null ? lookups : [...lookups, repository];
}

interface NamedVersion {
  readonly name: string;
  readonly version: string;
}

function sameName(a: NamedVersion, b: NamedVersion): boolean {
  return a.name === b.name && a.version === b.version;
}

const joints: Readonly<Record<string, string>> = { npm: '/', golang: '/', composer: '/', maven: ':' };

/** With the namespace, where the ecosystem's names have one: `@scope/name`, `group:artifact`. */
function ownName(component: SoftwareComponent): string {
  const purl = readPurl(component.purl);
  const joint = purl === undefined || !Object.hasOwn(joints, purl.type) ? undefined : joints[purl.type];
  if (purl?.namespace === undefined || joint === undefined) return component.name;
  return `${purl.namespace}${joint}${purl.name}`;
}

/** The purl's `vcs_url`: `git+https://host/owner/repo@commit`. @source purl-spec, known qualifiers; SPDX download location */
function repositoryOf(component: SoftwareComponent): Lookup | null {
  const url = readPurl(component.purl)?.qualifiers?.vcs_url;
  if (url === undefined) return null;
  const at = url.lastIndexOf('@');
  const tail = at < 0 ? '' : (url.slice(at + 1).split('#', 1)[0] ?? '');
  const commit = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(tail) ? tail : undefined;
  const name = commit === undefined ? url : url.slice(0, at);
  if (component.version === '' && commit === undefined) return null;
  return { ecosystem: gitEcosystem, name, version: component.version, commit, key: packageKey(gitEcosystem, name) };
}
