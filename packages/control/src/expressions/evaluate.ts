import { type Device, type Instant, placeOf } from '@fettle/model';
import { patternOf } from './pattern.ts';
import type { Comparison, KeySource, Literal, Operand, Term, TextTest } from './tree.ts';
import { orderVersions, readVersion } from './versions.ts';

/** What an expression looks at. */
export type Subject = Pick<Device, 'id' | 'type' | 'fleet' | 'attributes' | 'tags' | 'current' | 'enrolledAt'>;

/** Undefined: no answer, as where CEL has an error. It never selects a device. */
export type Answer = boolean | undefined;
export type Evaluate = (subject: Subject, now: Instant) => Answer;
type Read = (subject: Subject, now: Instant) => Literal;

/**
 * Makes a function of a checked tree. It never throws; its time is bounded by the tree and the lengths of the texts.
 * `&&` and `||` are CEL's: one side alone decides where it can, even if the other has no answer.
 */
export function evaluator(term: Term): Evaluate {
  switch (term.kind) {
    case 'literal':
    case 'key':
    case 'field': {
      const read = reader(term);
      return (subject, now) => asAnswer(read(subject, now));
    }
    case 'has': {
      const read = reader({ kind: 'key', source: term.source, name: term.name });
      return (subject, now) => read(subject, now) !== null;
    }
    case 'compare':
      return comparison(term.operator, reader(term.left), reader(term.right));
    case 'compareVersions':
      return versionComparison(term.operator, reader(term.left), reader(term.right));
    case 'among': {
      const item = reader(term.item);
      const values = term.values.map(reader);
      return (subject, now) => {
        const wanted = item(subject, now);
        return values.some((value) => value(subject, now) === wanted);
      };
    }
    case 'text':
      return textTest(term.test, reader(term.subject), reader(term.part));
    case 'pattern': {
      const read = reader(term.subject);
      return (subject, now) => {
        const value = read(subject, now);
        return typeof value === 'string' ? patternOf(term.pattern).test(value) : undefined;
      };
    }
    case 'and':
      return decidedBy(false, term.terms.map(evaluator));
    case 'or':
      return decidedBy(true, term.terms.map(evaluator));
    case 'not': {
      const inner = evaluator(term.term);
      return (subject, now) => {
        const answer = inner(subject, now);
        return answer === undefined ? undefined : !answer;
      };
    }
    case 'choice': {
      const [condition, yes, no] = [evaluator(term.condition), evaluator(term.yes), evaluator(term.no)];
      return (subject, now) => {
        const chosen = condition(subject, now);
        return chosen === undefined ? undefined : (chosen ? yes : no)(subject, now);
      };
    }
  }
}

/** The first that gives the deciding answer decides; else one without an answer spoils the rest. */
function decidedBy(deciding: boolean, parts: readonly Evaluate[]): Evaluate {
  return (subject, now) => {
    let result: Answer = !deciding;
    for (const part of parts) {
      const answer = part(subject, now);
      if (answer === deciding) return deciding;
      if (answer === undefined) result = undefined;
    }
    return result;
  };
}

function comparison(operator: Comparison, left: Read, right: Read): Evaluate {
  // Values of different types differ, and an absent key, which is null, differs from every value.
  if (operator === '==') return (subject, now) => left(subject, now) === right(subject, now);
  if (operator === '!=') return (subject, now) => left(subject, now) !== right(subject, now);
  return (subject, now) => {
    const [a, b] = [left(subject, now), right(subject, now)];
    if (a === null || b === null || typeof a !== typeof b) return undefined;
    return holds(operator, a < b ? -1 : a > b ? 1 : 0);
  };
}

function versionComparison(operator: Comparison, left: Read, right: Read): Evaluate {
  return (subject, now) => {
    const [a, b] = [left(subject, now), right(subject, now)];
    if (typeof a !== 'string' || typeof b !== 'string') return undefined;
    const [first, second] = [readVersion(a), readVersion(b)];
    return first && second ? holds(operator, orderVersions(first, second)) : undefined;
  };
}

function holds(operator: Comparison, order: number): boolean {
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function textTest(test: TextTest, subjectOf: Read, partOf: Read): Evaluate {
  return (subject, now) => {
    const [text, part] = [subjectOf(subject, now), partOf(subject, now)];
    if (typeof text !== 'string' || typeof part !== 'string') return undefined;
    if (test === 'startsWith') return text.startsWith(part);
    return test === 'endsWith' ? text.endsWith(part) : text.includes(part);
  };
}

function asAnswer(value: Literal): Answer {
  return typeof value === 'boolean' ? value : undefined;
}

function reader(operand: Operand): Read {
  if (operand.kind === 'literal') return () => operand.value;
  if (operand.kind === 'key') return keyReader(operand.source, operand.name);
  switch (operand.name) {
    case 'id':
      return (subject) => subject.id;
    case 'type':
      return (subject) => subject.type;
    case 'fleet':
      return (subject) => subject.fleet;
    case 'site':
      return (subject) => placeOf(subject, 'site') ?? null;
    case 'enrolledAt':
      return (subject) => subject.enrolledAt;
    case 'age':
      return (subject, now) => now - subject.enrolledAt;
  }
}

function keyReader(source: KeySource, name: string): Read {
  switch (source) {
    case 'attribute':
      return ({ attributes }) => own(attributes, name) ?? null;
    case 'tag':
      return ({ tags }) => own(tags, name) ?? null;
    case 'version':
      return ({ current }) => own<{ version: string }>(current, name)?.version ?? null;
    case 'counter':
      return ({ current }) => own<{ counter: number }>(current, name)?.counter ?? null;
  }
}

function own<T>(map: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}
