import { lookupsOf, readPurl, type SoftwareComponent, type SoftwareInventory } from '@fettle/gates';
import type { KeptComponent } from './vulnerability-store.ts';

/** How a package URL without its version is filed; apart from the names of data sets, which have no such mark. */
export function purlName(purl: string): string | undefined {
  const parts = readPurl(purl);
  return parts && `pkg:${parts.type}/${parts.namespace ?? ''}/${parts.name}`;
}

/** What a component is found by: as vulnerability data file it, and by its package URL. */
export function namesOfComponent(component: SoftwareComponent): readonly string[] {
  const own = purlName(component.purl);
  return [...lookupsOf(component).map(({ key }) => key), ...(own === undefined ? [] : [own])];
}

/** What is kept of the components of an inventory, with their names. */
export function keptComponents(
  inventory: SoftwareInventory,
): readonly { readonly component: KeptComponent; readonly names: readonly string[] }[] {
  return inventory.components.map((whole) => {
    const { type, name, version, purl, cpe, source, hashes, ecosystem, evidence } = whole;
    const component = { type, name, version, purl, cpe, source, hashes, ecosystem, place: evidence[0]?.place ?? '' };
    return { component, names: namesOfComponent(whole) };
  });
}

/** A component that is kept, as gates take it. */
export function wholeComponent({ place, ...kept }: KeptComponent): SoftwareComponent {
  return { ...kept, evidence: [{ method: 'manifest', place, confidence: 1 }], dependsOn: [] };
}
