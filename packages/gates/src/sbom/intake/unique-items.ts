import type { FuncKeywordDefinition } from 'ajv';

/**
 * `uniqueItems` of JSON Schema in linear time: items are compared by a text that is the same for equal values.
 * @source JSON Schema draft-07 validation §6.4.5
 */
export const linearUniqueItems: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  validate: (isWanted: boolean, items: readonly unknown[]) => {
    if (!isWanted || items.length < 2) return true;
    return new Set(items.map(canonicalText)).size === items.length;
  },
};

/** Members in the order of their names: equal values have equal texts. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
