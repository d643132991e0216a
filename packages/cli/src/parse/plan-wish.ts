import { bareFieldOf, fileNameOf, notationOf, type Schema } from '@fettle/api';
import { parseValue } from './plan-values.ts';

/** What a shape wants, in words. @param name of the field that it belongs to */
export function wish(schema: Schema, name: string): string {
  if (schema.anyOf) return [...new Set(schema.anyOf.map((variant) => wishOfVariant(variant, name)))].join(' or ');
  if (schema.properties) return `an object with ${fileNames(schema).join(', ')}`;
  if (schema.items) return 'a list';
  const notation = notationOf(name, schema);
  if (notation !== 'plain') {
    const read = parseValue(undefined, notation);
    const from = notation === 'duration' ? spanOf(schema) : boundsOf(schema);
    return 'expected' in read ? `${read.expected}${notation === 'share' ? '' : from}` : notation;
  }
  if (schema.enum) return schema.enum.map(String).join(' or ');
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'string') return `text${schema.description ? ` (${schema.description})` : ''}`;
  return `${schema.type === 'integer' ? 'a whole number' : 'a number'}${boundsOf(schema)}`;
}

function wishOfVariant(variant: Schema, name: string): string {
  if (variant.type === 'null') return 'none';
  const bare = bareFieldOf(variant);
  const field = bare === undefined ? undefined : variant.properties?.[bare];
  return bare !== undefined && field ? wish(field, bare) : wish(variant, name);
}

function fileNames(schema: Schema): readonly string[] {
  const fields = Object.entries(schema.properties ?? {});
  return fields.map(([name, field]) =>
    field.const === undefined ? fileNameOf(name, field) : `${name}: ${String(field.const)}`,
  );
}

function boundsOf({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const least = exclusiveMinimum ?? minimum;
  if (least === undefined) return '';
  const from = exclusiveMinimum === undefined ? ` of ${least} or more` : ` above ${least}`;
  // A bound that nobody can mean needs no words.
  return maximum === undefined || maximum >= 1e9 ? from : `${from}, at most ${maximum}`;
}

const units: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
];

function spanOf({ minimum = 0, maximum = Number.POSITIVE_INFINITY }: Schema): string {
  const least = minimum > 0 ? `, ${inUnits(minimum)} or more` : '';
  return `${least}${Number.isFinite(maximum) ? `, at most ${inUnits(maximum)}` : ''}`;
}

function inUnits(timeMs: number): string {
  const [unit, ms] = units.find(([, size]) => timeMs % size === 0) ?? ['ms', 1];
  return `${timeMs / ms}${unit}`;
}
