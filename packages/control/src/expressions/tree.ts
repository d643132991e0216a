/** What an expression may look into: maps of the device by name. */
export type KeySource = 'attribute' | 'tag' | 'version' | 'counter';
/** What an expression may ask of the device itself. Times are milliseconds: since 1970, or since enrolment. */
export type FieldName = 'id' | 'type' | 'site' | 'fleet' | 'enrolledAt' | 'age';
export type Literal = string | number | boolean | null;

export const comparisons = ['==', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];
export type TextTest = 'startsWith' | 'endsWith' | 'contains';

/** One value of the device, or one written down. An absent key is null. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: Literal }
  | { readonly kind: 'key'; readonly source: KeySource; readonly name: string }
  | { readonly kind: 'field'; readonly name: FieldName };

/**
 * A checked expression: every node gives yes, no, or no answer. This is what is evaluated in memory and translated to
 * SQL; nothing else is ever run.
 */
export type Term =
  | Operand
  | { readonly kind: 'has'; readonly source: KeySource; readonly name: string }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'compareVersions'; readonly operator: Comparison; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'among'; readonly item: Operand; readonly values: readonly Operand[] }
  | { readonly kind: 'text'; readonly test: TextTest; readonly subject: Operand; readonly part: Operand }
  | { readonly kind: 'pattern'; readonly subject: Operand; readonly pattern: string }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Term[] }
  | { readonly kind: 'not'; readonly term: Term }
  | { readonly kind: 'choice'; readonly condition: Term; readonly yes: Term; readonly no: Term };

/** Every node of a tree, the root first. */
export function* nodesOf(term: Term): Generator<Term> {
  yield term;
  for (const child of childrenOf(term)) yield* nodesOf(child);
}

function childrenOf(term: Term): readonly Term[] {
  switch (term.kind) {
    case 'literal':
    case 'key':
    case 'field':
    case 'has':
      return [];
    case 'compare':
    case 'compareVersions':
      return [term.left, term.right];
    case 'among':
      return [term.item, ...term.values];
    case 'text':
      return [term.subject, term.part];
    case 'pattern':
      return [term.subject];
    case 'and':
    case 'or':
      return term.terms;
    case 'not':
      return [term.term];
    case 'choice':
      return [term.condition, term.yes, term.no];
  }
}

/** The terms that must all hold for the expression to hold. */
export function conjunctsOf(term: Term): readonly Term[] {
  return term.kind === 'and' ? term.terms.flatMap(conjunctsOf) : [term];
}
