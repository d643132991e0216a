import { bareFieldOf, fileNameOf, notationOf, planFileDefaults, type Schema, wordOf } from '@fettle/api';
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { parseValue } from './plan-values.ts';
import { wish } from './plan-wish.ts';

/** Where a value stands in the plan: names of fields as the API has them, and places in lists. */
export type Path = readonly (string | number)[];

/** What a plan reader needs of the document, and where it tells what is wrong. */
export interface Reading {
  /** Follows an alias to the value that it stands for; undefined when there is none, or too many were followed. */
  readonly follow: (node: Node) => Node | undefined;
  readonly refuse: (node: Node | undefined, path: Path, message: string) => void;
  /** Where each value was found, by its path, so that what is found wrong later can be shown too. */
  readonly found: Map<string, Node>;
}

export const keyOf = (path: Path): string => JSON.stringify(path);

/** The place of a value without numbers and without `policy`: `phases[].size`. */
function placeOf(path: Path): string {
  const parts = path[0] === 'policy' ? path.slice(1) : path;
  return parts.map((part, index) => (typeof part === 'number' ? '[]' : `${index === 0 ? '' : '.'}${part}`)).join('');
}

function lastOf(path: Path): string {
  return String(path.at(-1) ?? '');
}

/** What an object has before anything is read. */
function defaultsOf(schema: Schema, path: Path): Record<string, unknown> {
  const left = Object.entries(planFileDefaults[placeOf(path)] ?? {});
  return structuredClone(Object.fromEntries(left.filter(([name]) => schema.properties && name in schema.properties)));
}

/** Reads a value by the shape that the API wants; what is wrong is refused with its place, and the value is undefined. */
export function readValue(reading: Reading, given: Node | undefined, schema: Schema, path: Path): unknown {
  const node = given && isAlias(given) ? reading.follow(given) : given;
  if (!node) {
    reading.refuse(given, path, `expected ${wish(schema, lastOf(path))}, found nothing.`);
    return undefined;
  }
  reading.found.set(keyOf(path), node);
  if (schema.anyOf) return readVariant(reading, node, schema.anyOf, path);
  if (schema.properties) return readObject(reading, node, schema, path);
  if (schema.items) return readList(reading, node, schema, path);
  return readScalar(reading, node, schema, path);
}

function readList(reading: Reading, node: Node, schema: Schema, path: Path): unknown {
  const { items = {}, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (!isSeq(node)) return wrong(reading, node, path, 'a list');
  if (node.items.length > maxItems) return wrong(reading, node, path, `at most ${maxItems} entries`);
  return node.items.map((item, index) => readValue(reading, item as Node, items, [...path, index]));
}

function readObject(reading: Reading, node: Node, schema: Schema, path: Path): unknown {
  if (!isMap(node)) return wrong(reading, node, path, wish(schema, lastOf(path)));
  const value = defaultsOf(schema, path);
  const names = fieldNames(schema);
  for (const pair of node.items as Pair<Node, Node | null>[]) {
    const name = names.get(nameOf(pair));
    const field = name === undefined ? undefined : schema.properties?.[name];
    if (name === undefined || !field) {
      const known = Object.entries(schema.properties ?? {}).map(([known, shape]) => fileNameOf(known, shape));
      reading.refuse(pair.key, path, `expected one of ${known.join(', ')}, found "${nameOf(pair)}".`);
      continue;
    }
    value[name] = readValue(reading, pair.value ?? undefined, field, [...path, name]);
  }
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (field.const !== undefined) value[name] = field.const;
    if (!schema.required?.includes(name) || name in value) continue;
    reading.refuse(node, path, `expected ${fileNameOf(name, field)} (${wish(field, name)}), found none.`);
  }
  return value;
}

/** Fields by the names of a file and by those of the API. */
function fieldNames(schema: Schema): ReadonlyMap<string, string> {
  const fields = Object.entries(schema.properties ?? {});
  return new Map(fields.flatMap(([name, field]) => [[name, name] as const, [fileNameOf(name, field), name] as const]));
}

/** One of several shapes: null, a bare value for an object of one field, or the object whose fields fit. */
function readVariant(reading: Reading, node: Node, variants: readonly Schema[], path: Path): unknown {
  const nothing = variants.find((variant) => variant.type === 'null');
  if (isScalar(node)) {
    if (nothing && (node.value === null || node.value === 'none')) return null;
    for (const variant of variants) {
      const bare = readBare(node.value, variant, path);
      if (bare) return bare;
    }
  }
  const others = variants.filter((variant) => variant !== nothing);
  const [only] = others;
  if (only && others.length === 1) return readValue(reading, node, only, path);
  const fitting = isMap(node) ? others.find((variant) => fits(node, variant)) : undefined;
  if (fitting) return readObject(reading, node, fitting, path);
  return wrong(reading, node, path, wish({ anyOf: variants }, lastOf(path)));
}

function readBare(value: unknown, variant: Schema, path: Path): Record<string, unknown> | undefined {
  const fields = Object.entries(variant.properties ?? {});
  const kinds = Object.fromEntries(
    fields.flatMap(([name, { const: kind }]) => (kind === undefined ? [] : [[name, kind]])),
  );
  // The word that tells shapes apart, alone: `gate: fixed`.
  const word = wordOf(variant, placeOf(path));
  if (word !== undefined && word === value) return { ...defaultsOf(variant, path), ...kinds };
  const bare = bareFieldOf(variant);
  const field = bare === undefined ? undefined : variant.properties?.[bare];
  if (bare === undefined || !field) return undefined;
  const notation = notationOf(bare, field);
  // A bare 1 is one device, not every device.
  if (notation === 'share' && typeof value === 'number' && (value === 0 || value === 1)) return undefined;
  const read = notation === 'plain' ? plain(value, field) : parseValue(value, notation);
  return 'value' in read ? { ...kinds, [bare]: read.value } : undefined;
}

/** Whether the names that are given belong to this shape; what tells shapes apart may be left out. */
function fits(node: YAMLMap, variant: Schema): boolean {
  const names = fieldNames(variant);
  return (node.items as Pair<Node, Node | null>[]).every((pair) => {
    const name = names.get(nameOf(pair));
    if (name === undefined) return false;
    const kind = variant.properties?.[name]?.const;
    return kind === undefined || (isScalar(pair.value) && pair.value.value === kind);
  });
}

function nameOf(pair: Pair<Node, Node | null>): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function readScalar(reading: Reading, node: Node, schema: Schema, path: Path): unknown {
  if (!isScalar(node)) return wrong(reading, node, path, wish(schema, lastOf(path)));
  const notation = notationOf(lastOf(path), schema);
  const isBare = notation === 'duration' && Number.isInteger(node.value) && isApiName(reading, path);
  const read = notation === 'plain' || isBare ? plain(node.value, schema) : parseValue(node.value, notation);
  if ('value' in read && inBounds(read.value, schema)) return read.value;
  return wrong(reading, node, path, wish(schema, lastOf(path)));
}

/** Whether a time stands under the name that the API has for it, which says its unit. */
function isApiName(reading: Reading, path: Path): boolean {
  const parent = reading.found.get(keyOf(path.slice(0, -1)));
  return isMap(parent) && parent.has(path.at(-1));
}

function plain(value: unknown, schema: Schema): { readonly value: unknown } | { readonly expected: string } {
  const isRight =
    (schema.enum?.includes(value) ?? false) ||
    (schema.const !== undefined && schema.const === value) ||
    (schema.type === 'integer' && Number.isSafeInteger(value)) ||
    (schema.type !== undefined &&
      schema.enum === undefined &&
      schema.const === undefined &&
      typeof value === schema.type);
  return isRight && inBounds(value, schema) ? { value } : { expected: '' };
}

function inBounds(value: unknown, schema: Schema): boolean {
  if (typeof value === 'number') {
    const { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity } = schema;
    return Number.isFinite(value) && value >= minimum && value > exclusiveMinimum && value <= maximum;
  }
  if (typeof value !== 'string') return true;
  const { minLength = 0, maxLength = Infinity, pattern } = schema;
  return value.length >= minLength && value.length <= maxLength && (!pattern || new RegExp(pattern, 'u').test(value));
}

function wrong(reading: Reading, node: Node, path: Path, expected: string): undefined {
  reading.refuse(node, path, `expected ${expected}, found ${shown(node)}.`);
  return undefined;
}

function shown(node: Node): string {
  if (isMap(node)) return 'an object';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node) || node.value === null) return 'nothing';
  const text = String(node.value);
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}
