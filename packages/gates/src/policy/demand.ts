import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import type { SeverityCounts, Verdict } from '@fettle/model';
import type { FactValue } from '../core/gate.ts';

/** What an expression of a policy may ask for. */
export interface DemandSubject {
  readonly verdict: Verdict;
  /** Findings that no waiver covers. */
  readonly open: SeverityCounts;
  readonly waived: number;
  readonly facts: Readonly<Record<string, FactValue>>;
}

export type DemandAnswer =
  | { readonly ok: true; readonly met: boolean }
  | { readonly ok: false; readonly message: string };
export type DemandProblem = { readonly message: string; readonly position: number };

/** Characters of an expression. */
export const longestDemand = 1_000;

const environment = celEnv();

/**
 * Asks an expression of a policy. Whatever has no answer (a fact that is missing, a type that does not fit) is not met.
 * Cost: bounded by `longestDemand` and the length of the facts' lists.
 * @source https://github.com/google/cel-spec/blob/master/doc/langdef.md
 */
export function askDemand(expression: string, subject: DemandSubject): DemandAnswer {
  try {
    const { verdict, waived } = subject;
    const open = new Map(Object.entries(subject.open).map(([name, count]) => [name, BigInt(count)]));
    const facts = new Map(Object.entries(subject.facts).map(([name, value]) => [name, celValue(value)]));
    const answer = plan(environment, parse(expression))({ verdict, open, waived: BigInt(waived), facts });
    if (answer === true || answer === false) return { ok: true, met: answer };
    const unknown = unknownFacts(expression, subject.facts);
    if (unknown.length > 0) return { ok: false, message: `Not known here: ${unknown.slice(0, 8).join(', ')}.` };
    const found = isCelError(answer)
      ? String((answer as { message?: string }).message ?? answer).replace(/^found /, '')
      : `a ${typeof answer}`;
    return { ok: false, message: `Expected the expression to say true or false, found ${found.slice(0, 200)}.` };
  } catch (error) {
    return { ok: false, message: `The expression has no answer: ${messageOf(error)}.` };
  }
}

/**
 * What is wrong with an expression before it is ever asked: not CEL, or a name or a fact that nobody tells.
 * @param facts the names of the facts that the gate tells
 * @returns undefined when it may be saved; `position` counts characters from 0
 */
export function demandProblem(expression: string, facts: readonly string[]): DemandProblem | undefined {
  if (expression.length > longestDemand) {
    return { message: `An expression has at most ${longestDemand} characters.`, position: longestDemand };
  }
  try {
    parse(expression);
  } catch (error) {
    const location = (error as { location?: { start?: { offset?: number } } }).location;
    return { message: `This is not CEL: ${messageOf(error)}.`, position: location?.start?.offset ?? 0 };
  }
  return unknownName(expression, facts);
}

const namePattern = /(?<![\w.])(facts|open)\s*\.\s*([A-Za-z_]\w*)|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;
const severityNames = ['critical', 'high', 'medium', 'low', 'info'];

/** Facts that are asked for and have no value: nobody could tell. */
function unknownFacts(expression: string, facts: DemandSubject['facts']): readonly string[] {
  const asked = [...expression.matchAll(namePattern)].flatMap(([, root, name = '']) => (root === 'facts' ? name : []));
  return [...new Set(asked)].filter((name) => (facts[name] ?? null) === null).map((name) => `facts.${name}`);
}

function unknownName(expression: string, facts: readonly string[]): DemandProblem | undefined {
  for (const match of expression.matchAll(namePattern)) {
    const [text, root, name = ''] = match;
    if (root === undefined) continue;
    const known = root === 'facts' ? facts : severityNames;
    if (known.includes(name)) continue;
    const message = `There is no ${root}.${name}; there are ${known.map((one) => `${root}.${one}`).join(', ')}.`;
    return { message, position: match.index + text.length - name.length };
  }
  return undefined;
}

function celValue(value: FactValue) {
  if (typeof value !== 'number') return typeof value === 'object' && value !== null ? [...value] : value;
  // Whole numbers compare with literals such as 3, others with 3.5; CEL compares across the two kinds.
  return Number.isSafeInteger(value) ? BigInt(value) : value;
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\S+:\d+:\d+: /, '').slice(0, 200);
}
