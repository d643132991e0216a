import { conjunctsOf, type DeviceSearch, type Expression, expressionFor, type Term } from '@fettle/control';
import { FettleError } from '@fettle/model';
import type { Dialect } from './dialect.ts';
import { type Condition, conditionOf } from './filter-sql.ts';

/** How the devices of a search are found. */
export interface SearchPlan {
  /** Everything that the database can say of them; all must hold. */
  readonly conditions: readonly Condition[];
  /** What is left to look at in memory, device by device; undefined when the database said it all. */
  readonly rest: Expression | undefined;
  /** A tag that all of them have: an index leads to them. Already taken out of the conditions. */
  readonly tag: TagPart | undefined;
}
export interface TagPart {
  readonly name: string;
  /** As JSON texts, one or more. */
  readonly values: readonly string[];
}

/** Most values of a tag that are looked up one by one. */
const mostTagValues = 100;

/** Splits a search into what the database finds and what memory decides. */
export function planSearch(search: Pick<DeviceSearch, 'expression' | 'now'>, dialect: Dialect): SearchPlan {
  const expression = expressionFor(search.expression);
  if (!expression) {
    const shown = search.expression.slice(0, 80);
    throw new FettleError('invalid-input', `The expression "${shown}" cannot be read: check it before searching.`);
  }
  const conditions: Condition[] = [];
  let tag: TagPart | undefined;
  let rest: Expression | undefined;
  for (const term of conjunctsOf(expression.root)) {
    if (term.kind === 'literal' && term.value === true) continue;
    const part = tag === undefined ? tagPart(term) : undefined;
    if (part) {
      tag = part;
      continue;
    }
    const condition = conditionOf(term, dialect, search.now);
    if (condition) conditions.push(condition);
    else rest = expression;
  }
  return { conditions, rest, tag };
}

/** A term that only devices with a certain tag fulfil. */
function tagPart(term: Term): TagPart | undefined {
  if (term.kind === 'compare' && term.operator === '==') {
    const [key, value] = term.left.kind === 'key' ? [term.left, term.right] : [term.right, term.left];
    if (key.kind !== 'key' || key.source !== 'tag' || value.kind !== 'literal' || value.value === null)
      return undefined;
    return { name: key.name, values: [JSON.stringify(value.value)] };
  }
  if (term.kind !== 'among' || term.item.kind !== 'key' || term.item.source !== 'tag') return undefined;
  if (term.values.length === 0 || term.values.length > mostTagValues) return undefined;
  const values: string[] = [];
  for (const value of term.values) {
    if (value.kind !== 'literal' || value.value === null) return undefined;
    values.push(JSON.stringify(value.value));
  }
  return { name: term.item.name, values: [...new Set(values)] };
}
