import type { SoftwareComponent, SoftwareInventory } from '../component.ts';
import { ComponentTable } from '../inventory/merge.ts';
import { matchComponents } from './compare-inventories.ts';

/**
 * One inventory of what was found and what was supplied. What was found keeps its purl and its version; the supplied
 * telling of the same component adds what the image does not say (licence, supplier, cpe); what was not found stands
 * beside it as supplied.
 */
export function mergeInventories(found: SoftwareInventory, supplied: readonly SoftwareComponent[]): SoftwareInventory {
  const table = new ComponentTable();
  for (const component of found.components) table.add(component);
  const { same } = matchComponents(supplied, found.components);
  const foundPurl = new Map(same.map(({ theirs, ours }) => [theirs, ours.purl]));
  // What the supplied document refers to by its own purls is referred to by ours.
  const renamed = new Map([...foundPurl].map(([theirs, purl]) => [theirs.purl, purl]));
  for (const component of supplied) {
    const purl = foundPurl.get(component) ?? component.purl;
    const dependsOn = component.dependsOn.map((needed) => renamed.get(needed) ?? needed);
    table.add({ ...component, purl, dependsOn });
  }
  return { ...found, components: table.sorted() };
}
