import { parse } from '@bufbuild/cel';
import { type Instant, limits } from '@fettle/model';
import { type CheckOptions, check } from './check.ts';
import { type Evaluate, evaluator, type Subject } from './evaluate.ts';
import { type Refusal, Refused } from './refusal.ts';
import { scan } from './scan.ts';
import { nodesOf, type Term } from './tree.ts';

/** Characters of an expression. */
export const longestExpression = limits.expressionLength;

/** An expression that was understood. */
export interface Expression {
  /** As it was written. */
  readonly text: string;
  readonly root: Term;
  /** Whether its answer for a device may change although nobody changes the device. */
  readonly readsClock: boolean;
  readonly evaluate: Evaluate;
}

export type Compilation = { readonly ok: true; readonly expression: Expression } | Refusal;

const everyDevice: Term = { kind: 'literal', value: true };

/**
 * Reads an expression in the part of CEL that this house knows: comparisons, `in`, `has`, `&&`, `||`, `!`, `? :`, tests
 * of texts, versions, times. An empty text selects every device. Cost: bounded by `longestExpression`.
 * @returns the expression, or what is wrong and at which character (0-based)
 * @source https://github.com/google/cel-spec/blob/master/doc/langdef.md
 */
export function compileExpression(text: string, options: CheckOptions = {}): Compilation {
  if (text.length > longestExpression) {
    const message = `An expression has at most ${longestExpression} characters.`;
    return { ok: false, message, position: longestExpression };
  }
  try {
    return { ok: true, expression: expressionOf(text, text.trim() === '' ? everyDevice : read(text, options)) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, message: error.message, position: wordAt(text, error.position) };
  }
}

/** Whether the expression selects the device. No answer, as for `tag.x < 5` where there is no `x`, means no. */
export function matches(expression: Expression, subject: Subject, now: Instant): boolean {
  return expression.evaluate(subject, now) === true;
}

/**
 * When the answer for a device may change at the earliest with nothing but time passing.
 * @returns null when it never does
 */
export function nextChangeAt(expression: Expression, subject: Subject, now: Instant): Instant | null {
  if (!expression.readsClock) return null;
  let earliest: Instant | null = null;
  for (const age of agesIn(expression.root)) {
    // The age is this at one millisecond and above it from the next on.
    for (const at of [Math.ceil(subject.enrolledAt + age), Math.floor(subject.enrolledAt + age) + 1]) {
      if (at > now && (earliest === null || at < earliest)) earliest = at;
    }
  }
  return earliest;
}

function expressionOf(text: string, root: Term): Expression {
  return { text, root, readsClock: agesIn(root).length > 0, evaluate: evaluator(root) };
}

function read(text: string, options: CheckOptions): Term {
  if (!text.isWellFormed()) throw new Refused('The text is not Unicode: half of a character is missing.', 0);
  scan(text);
  return check(parsed(text), options);
}

function parsed(text: string): ReturnType<typeof parse> {
  try {
    return parse(text);
  } catch (error) {
    throw new Refused(whyUnreadable(error), offsetOf(error));
  }
}

/** The parser counts the space before an operator as part of it. */
function wordAt(text: string, position: number): number {
  const word = text.slice(position).search(/\S/);
  return word < 0 ? position : position + word;
}

function whyUnreadable(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (text.endsWith('reserved keyword')) return 'This word is reserved by CEL: write attribute["…"] or tag["…"].';
  return `This is not CEL: ${text.replace(/^\S+:\d+:\d+: /, '').slice(0, 200)}.`;
}

function offsetOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('location' in error)) return 0;
  const location = error.location as { readonly start?: { readonly offset?: number } } | undefined;
  return location?.start?.offset ?? 0;
}

/** Every duration that an age is compared with, in milliseconds. */
function agesIn(root: Term): number[] {
  const ages: number[] = [];
  for (const term of nodesOf(root)) {
    const operands =
      term.kind === 'compare' ? [term.left, term.right] : term.kind === 'among' ? [term.item, ...term.values] : [];
    if (!operands.some((operand) => operand.kind === 'field' && operand.name === 'age')) continue;
    for (const one of operands) if (one.kind === 'literal' && typeof one.value === 'number') ages.push(one.value);
  }
  return ages;
}
