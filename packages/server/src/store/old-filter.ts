import type { Filter } from '@fettle/model';

/** One comparison as groups were kept before their texts were CEL; all of them had to hold. */
interface OldTerm {
  readonly field: string;
  readonly operator: '==' | '!=';
  readonly value: string;
}

/**
 * The filter of a group as it was kept, with the same meaning today. Texts of before compared every value by how it is
 * written (`attribute.ports == "4"` took the number 4 too), and wrote names with a hyphen behind a dot.
 */
export function toFilter(json: string): Filter {
  const kept: { readonly text: string; readonly terms?: readonly OldTerm[] } = JSON.parse(json);
  return { text: kept.terms ? kept.terms.map(inCel).join(' && ') : kept.text };
}

function inCel({ field, operator, value }: OldTerm): string {
  const dot = field.indexOf('.');
  const operand = dot < 0 ? field : `${field.slice(0, dot)}["${field.slice(dot + 1)}"]`;
  const comparisons = writings(field, value).map((literal) => `${operand} ${operator} ${literal}`);
  const joined = comparisons.join(operator === '==' ? ' || ' : ' && ');
  return comparisons.length > 1 ? `(${joined})` : joined;
}

/** Everything that was written like this text: only attributes are ever numbers or true and false. */
function writings(field: string, value: string): readonly string[] {
  const text = JSON.stringify(value);
  if (!field.startsWith('attribute.')) return [text];
  if (value === 'true' || value === 'false') return [text, value];
  const number = Number(value);
  return Number.isFinite(number) && String(number) === value ? [text, value] : [text];
}
