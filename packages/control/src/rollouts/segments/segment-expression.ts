import type { AttributeValue } from '@fettle/model';
import type { Condition } from './condition.ts';

/**
 * The expression that selects the devices of a segment, e.g. `attribute.hw == "C" && attribute.locale == "X"`: what a
 * hold is made of.
 */
export function segmentExpression(conditions: readonly Condition[]): string {
  return conditions.map(conditionText).join(' && ');
}

function conditionText(condition: Condition): string {
  const field = fieldText(condition.trait);
  switch (condition.kind) {
    case 'is':
      return `${field} == ${literal(condition.value)}`;
    case 'absent':
      return absenceText(condition.trait);
    case 'between': {
      const ends: string[] = [];
      if (condition.from !== null) ends.push(`${field} >= ${literal(condition.from)}`);
      if (condition.below !== null) ends.push(`${field} < ${literal(condition.below)}`);
      return ends.join(' && ');
    }
  }
}

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Words that the expression language keeps for itself: after a dot they would not be names. */
const keptWords = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

function fieldText(trait: string): string {
  const [source, name] = splitTrait(trait);
  if (name === undefined) return source;
  return plainName.test(name) && !keptWords.has(name) ? `${source}.${name}` : `${source}[${quoted(name)}]`;
}

function absenceText(trait: string): string {
  const [source, name] = splitTrait(trait);
  return name === undefined ? `${source} == null` : `!(${quoted(name)} in ${source})`;
}

/** The kind of a trait and, where it has one, its name: `attribute.a.b` is the attribute `a.b`. */
function splitTrait(trait: string): readonly [string, string | undefined] {
  const dot = trait.indexOf('.');
  return dot < 0 ? [trait, undefined] : [trait.slice(0, dot), trait.slice(dot + 1)];
}

function literal(value: AttributeValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean' || !Number.isInteger(value)) return String(value);
  return Number.isSafeInteger(value) ? String(value) : value.toExponential();
}

/** Text between double quotes, escaped as JSON does: the expression language reads it the same way. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
