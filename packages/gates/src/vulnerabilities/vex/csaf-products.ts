import { fieldsOf, type JsonFields, listOf, textOf } from '../reading/fields.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import { exactVersion, unnamedPart, type VexProduct } from './vex-statement.ts';

const mostProducts = 200_000;

/** Products by id: full names, leaves of branches, and relationships of a component with what it is part of. @source CSAF 2.0 §3.2.2 */
export function csafProducts(tree: unknown): ReadonlyMap<string, readonly VexProduct[]> {
  const products = new Map<string, readonly VexProduct[]>();
  const { branches, full_product_names, relationships } = fieldsOf(tree);
  for (const name of entriesOf(full_product_names)) add(products, name, '');
  // Depth is bounded by that of the JSON.
  const waiting = [...entriesOf(branches)];
  for (let branch = waiting.pop(); branch !== undefined && products.size < mostProducts; branch = waiting.pop()) {
    add(products, fieldsOf(branch.product), versionsOf(branch));
    waiting.push(...entriesOf(branch.branches));
  }
  for (const relationship of entriesOf(relationships)) {
    const id = textOf(fieldsOf(relationship.full_product_name).product_id, most.nameCharacters);
    const parts = products.get(textOf(relationship.product_reference, most.nameCharacters) ?? '') ?? [];
    const wholes = products.get(textOf(relationship.relates_to_product_reference, most.nameCharacters) ?? '') ?? [];
    if (id !== undefined) products.set(id, joined(parts, wholes));
  }
  return products;
}

/** Product ids by group id. @source CSAF 2.0 §3.2.2.3 */
export function csafGroups(tree: unknown): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, readonly string[]>();
  for (const group of entriesOf(fieldsOf(tree).product_groups)) {
    const id = textOf(group.group_id, most.nameCharacters);
    const ids = (listOf(group.product_ids, most.productsPerStatement) ?? []).flatMap(
      (one) => textOf(one, most.nameCharacters) ?? [],
    );
    if (id !== undefined) groups.set(id, ids);
  }
  return groups;
}

/**
 * A part of a whole that we can name is about that whole. Of a whole without a purl only parts with a version count: the
 * same name is in other products too.
 */
function joined(parts: readonly VexProduct[], wholes: readonly VexProduct[]): readonly VexProduct[] {
  const named = wholes.filter(({ purl, hashes }) => purl !== '' || hashes.length > 0);
  if (named.length === 0) return parts.filter(({ purl, versions }) => versions !== '' || purl.includes('@'));
  const purls = parts.map(({ purl }) => purl || unnamedPart);
  return named.map((whole) => ({ ...whole, parts: purls.length === 0 ? [unnamedPart] : purls }));
}

/** What a leaf says of versions beside its purl. What cannot be read is a range that nothing is in. */
function versionsOf({ category, name }: JsonFields): string {
  const text = textOf(name, most.nameCharacters) ?? '';
  if (category === 'product_version_range') return text === '' ? 'unreadable' : text;
  return category === 'product_version' ? exactVersion(text) : '';
}

/** Versions in a purl count alone; this narrows a purl that has none. */
function add(products: Map<string, readonly VexProduct[]>, name: JsonFields, versions: string): void {
  const id = textOf(name.product_id, most.nameCharacters);
  if (id === undefined) return;
  const helper = fieldsOf(name.product_identification_helper);
  const hashes = entriesOf(helper.hashes).flatMap(({ file_hashes }) => entriesOf(file_hashes));
  const sha256 = hashes
    .filter(({ algorithm }) => algorithm === 'sha256')
    .flatMap(({ value }) => textOf(value, 64)?.toLowerCase() ?? []);
  const purl = textOf(helper.purl, most.nameCharacters) ?? '';
  products.set(id, [{ purl, versions: purl.includes('@') ? '' : versions, hashes: sha256, parts: [] }]);
}

function entriesOf(value: unknown): readonly JsonFields[] {
  return (listOf(value, mostProducts) ?? []).map(fieldsOf);
}
