import { FettleError, type FilterTerm } from '@fettle/model';
import { type RawBuilder, sql } from 'kysely';
import type { Dialect } from './dialect.ts';

const fieldPattern = /^(tag|attribute)\.([A-Za-z0-9_-]{1,64})$/;

/**
 * One comparison of a filter as a condition on a row of `devices`; equal to `matchesFilter` of the model.
 * @throws FettleError `invalid-input` for a field that the filter language does not have
 */
export function termCondition(dialect: Dialect, term: FilterTerm): RawBuilder<boolean> {
  const wanted = term.operator === '==';
  if (term.field === 'type' || term.field === 'id') {
    const column = sql.ref(`devices.${term.field}`);
    return wanted ? sql<boolean>`${column} = ${term.value}` : sql<boolean>`${column} <> ${term.value}`;
  }
  const [, source, key] = fieldPattern.exec(term.field) ?? [];
  if (source === undefined || key === undefined) {
    throw new FettleError('invalid-input', `A filter cannot compare "${term.field.slice(0, 80)}".`);
  }
  const found = dialect.jsonAt(source === 'tag' ? 'devices.tags' : 'devices.attributes', key);
  const texts = jsonTexts(term.value);
  const equal = sql.join(
    texts.map((text) => sql`${found} = ${text}`),
    sql` or `,
  );
  // An absent key compares as null: neither equal nor different until it is said.
  return wanted
    ? sql<boolean>`(${found} is not null and (${equal}))`
    : sql<boolean>`(${found} is null or not (${equal}))`;
}

/**
 * Every JSON text whose value reads as this text: the string itself and, where the text is how a number or
 * boolean is written, that one too. Comparing the stored JSON's own text keeps numbers exact in every database.
 */
function jsonTexts(value: string): readonly string[] {
  const texts = [JSON.stringify(value)];
  if (value === 'true' || value === 'false') texts.push(value);
  const number = Number(value);
  if (Number.isFinite(number) && String(number) === value) texts.push(value);
  return texts;
}
