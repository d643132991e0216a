import type { Instant } from '@fettle/model';
import { compileExpression, type Expression, matches, nextChangeAt } from './compile.ts';
import type { Subject } from './evaluate.ts';

const mostKept = 2_000;
const kept = new Map<string, Expression | null>();

/**
 * The expression of a text that was checked when it was saved, kept ready.
 * @returns null for a text that cannot be read: it selects nobody
 */
export function expressionFor(text: string): Expression | null {
  const found = kept.get(text);
  if (found !== undefined) return found;
  const compiled = compileExpression(text);
  const made = compiled.ok ? compiled.expression : null;
  if (kept.size >= mostKept) {
    for (const oldest of kept.keys()) {
      kept.delete(oldest);
      break;
    }
  }
  kept.set(text, made);
  return made;
}

/** Whether an expression, given as its text, selects a device; an empty one selects every device. */
export function selects(text: string, subject: Subject, now: Instant): boolean {
  const expression = expressionFor(text);
  return expression !== null && matches(expression, subject, now);
}

/** When that may change with nothing but time passing; undefined when it does not. */
export function selectionChangesAt(text: string, subject: Subject, now: Instant): Instant | undefined {
  const expression = expressionFor(text);
  return expression === null ? undefined : (nextChangeAt(expression, subject, now) ?? undefined);
}
