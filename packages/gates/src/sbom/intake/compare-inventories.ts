import type { SoftwareComponent } from '../component.ts';
import { upstreamOf } from '../inventory/package-names.ts';
import { readPurl } from '../inventory/purl.ts';

/** The difference between an SBOM that was supplied and what was found in the image. */
export interface InventoryDifference {
  /** Found in the image, but not told by the SBOM. */
  readonly missing: readonly SoftwareComponent[];
  /** Told by the SBOM, but not found in the image. */
  readonly extra: readonly SoftwareComponent[];
  readonly otherVersion: readonly { readonly supplied: SoftwareComponent; readonly found: SoftwareComponent }[];
}

export interface MatchedComponents extends InventoryDifference {
  readonly same: readonly { readonly theirs: SoftwareComponent; readonly ours: SoftwareComponent }[];
}

/**
 * Compares an SBOM with what was found. Components are the same by the name in their purl (without version and
 * qualifiers), else by name or source package; files that nothing names and finds without a version are not asked for.
 * Cost: linear.
 */
export function compareInventories(
  supplied: readonly SoftwareComponent[],
  found: readonly SoftwareComponent[],
): InventoryDifference {
  const { missing, extra, otherVersion } = matchComponents(supplied, found);
  return { missing, extra, otherVersion };
}

/** As `compareInventories`, with the pairs that are the same. */
export function matchComponents(
  supplied: readonly SoftwareComponent[],
  found: readonly SoftwareComponent[],
): MatchedComponents {
  const index = indexOf(found.filter(({ type }) => type !== 'file'));
  const [told, touched] = [new Set<SoftwareComponent>(), new Set<SoftwareComponent>()];
  const same: MatchedComponents['same'][number][] = [];
  const extra: SoftwareComponent[] = [];
  const otherVersion: InventoryDifference['otherVersion'][number][] = [];
  for (const theirs of supplied) {
    const candidates = candidatesFor(theirs, index);
    const equal = candidates.filter((ours) => isSameVersion(theirs, ours));
    const ours = equal.find((candidate) => candidate.purl === theirs.purl) ?? equal[0];
    for (const candidate of equal) told.add(candidate);
    for (const candidate of candidates) touched.add(candidate);
    if (ours) same.push({ theirs, ours });
    else if (candidates[0]) otherVersion.push({ supplied: theirs, found: candidates[0] });
    else if (theirs.type !== 'file') extra.push(theirs);
  }
  const missing = found.filter((ours) => ours.type !== 'file' && ours.version !== '' && !touched.has(ours));
  return { missing, extra, otherVersion: otherVersion.filter((pair) => !told.has(pair.found)), same };
}

type Index = ReadonlyMap<string, readonly SoftwareComponent[]>;

/** What a component is called, whatever its version: type, namespace and name of its purl. */
export function componentKey(component: SoftwareComponent): string {
  const parts = readPurl(component.purl);
  return parts
    ? `${parts.type}/${parts.namespace ?? ''}/${parts.name}`.toLowerCase()
    : `//${component.name.toLowerCase()}`;
}

function indexOf(components: readonly SoftwareComponent[]): Index {
  const index = new Map<string, SoftwareComponent[]>();
  for (const component of components) {
    const names = [component.name, component.source?.name ?? component.name];
    for (const key of new Set([componentKey(component), ...names.map((name) => `~${name.toLowerCase()}`)])) {
      const known = index.get(key);
      if (known) known.push(component);
      else index.set(key, [component]);
    }
  }
  return index;
}

function candidatesFor(theirs: SoftwareComponent, index: Index): readonly SoftwareComponent[] {
  const byPurl = index.get(componentKey(theirs));
  if (byPurl) return byPurl;
  // A package of another ecosystem with the same name is something else; a generic one may be the same.
  const type = readPurl(theirs.purl)?.type ?? 'generic';
  const byName = index.get(`~${theirs.name.toLowerCase()}`) ?? [];
  return byName.filter((ours) => type === 'generic' || (readPurl(ours.purl)?.type ?? 'generic') === 'generic');
}

function isSameVersion(theirs: SoftwareComponent, ours: SoftwareComponent): boolean {
  if (theirs.version === '' || theirs.version === ours.version) return true;
  // Another ecosystem writes no revision: 1.36.1 is the package 1.36.1-r0.
  const isSameKind = readPurl(theirs.purl)?.type === readPurl(ours.purl)?.type;
  return !isSameKind && upstreamOf(theirs.version) === upstreamOf(ours.version);
}
