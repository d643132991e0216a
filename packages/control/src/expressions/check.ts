import type { parse } from '@bufbuild/cel';
import { constantTime } from './constant-time.ts';
import { checkPattern } from './pattern.ts';
import { Refused } from './refusal.ts';
import type { NameKind, Schema } from './schema.ts';
import { type Comparison, comparisons, type FieldName, type KeySource, type Operand, type Term } from './tree.ts';
import { canBeEqual, canBeOrdered, typeOfLiteral, typeWords, type ValueType } from './types.ts';
import { readVersion } from './versions.ts';

type Parsed = ReturnType<typeof parse>;
type Node = Parsed['expr'];
type Call = Extract<Node['exprKind'], { case: 'callExpr' }>['value'];

/** A part of an expression that was understood, with what it gives. */
interface Checked {
  readonly term: Term;
  readonly type: ValueType;
}

export interface CheckOptions {
  /** Without one, any name is taken to exist and to hold anything. */
  readonly schema?: Schema | undefined;
  /** Whether names that no device has ever had are let pass. */
  readonly allowUnknown?: boolean | undefined;
}

const fields: Readonly<Record<FieldName, ValueType>> = {
  id: 'string',
  type: 'string',
  site: 'string',
  fleet: 'string',
  enrolledAt: 'timestamp',
  age: 'duration',
};
const sources: Readonly<Record<KeySource, ValueType>> = {
  attribute: 'any',
  tag: 'string',
  version: 'string',
  counter: 'number',
};
const nouns = [...Object.keys(sources).map((name) => `${name}.NAME`), ...Object.keys(fields)].join(', ');

/**
 * Makes a checked tree of what was parsed: only what is known to end, in bounded time and memory, gets through.
 * @throws Refused
 */
export function check(parsed: Parsed, options: CheckOptions): Term {
  const checker = new Checker(parsed, options);
  return checker.asCondition(parsed.expr);
}

class Checker {
  readonly #positions: Readonly<Record<string, number>>;
  readonly #options: CheckOptions;

  constructor(parsed: Parsed, options: CheckOptions) {
    this.#positions = parsed.sourceInfo?.positions ?? {};
    this.#options = options;
  }

  /** A part that must give yes or no. */
  asCondition(node: Node): Term {
    const { term, type } = this.#check(node);
    if (type === 'boolean' || type === 'any') return term;
    throw this.#refused(node, `This gives ${typeWords(type)}, not yes or no: compare it with something.`);
  }

  #check(node: Node): Checked {
    const { exprKind } = node;
    switch (exprKind.case) {
      case 'constExpr':
        return this.#literal(node, exprKind.value.constantKind);
      case 'identExpr':
        return this.#field(node, exprKind.value.name);
      case 'selectExpr':
        return this.#key(node, exprKind.value.operand, exprKind.value.field, exprKind.value.testOnly);
      case 'callExpr':
        return this.#call(node, exprKind.value);
      case 'comprehensionExpr':
        throw this.#refused(node, 'all, exists, exists_one, map and filter are not part of this language.');
      case 'listExpr':
        throw this.#refused(node, 'A list stands only after `in`.');
      default:
        throw this.#refused(node, 'Maps and messages are not part of this language.');
    }
  }

  #literal(node: Node, constant: { readonly case?: string | undefined; readonly value?: unknown }): Checked {
    const { value } = constant;
    if (constant.case === 'nullValue') return literal(null);
    if (typeof value === 'bigint') {
      if (value >= -9007199254740991n && value <= 9007199254740991n) return literal(Number(value));
      throw this.#refused(node, 'Numbers are exact up to 9007199254740991; this one is larger.');
    }
    if (typeof value === 'string' || typeof value === 'boolean') return literal(value);
    if (typeof value === 'number' && Number.isFinite(value)) return literal(value);
    throw this.#refused(node, 'Expected a text, a number, true, false or null.');
  }

  #field(node: Node, name: string): Checked {
    if (isField(name)) return { term: { kind: 'field', name }, type: fields[name] };
    if (isSource(name)) throw this.#refused(node, `Say which one: ${name}.NAME or ${name}["NAME"].`);
    throw this.#refused(node, `There is no \`${name}\` here. There are ${nouns}.`);
  }

  /** `tag.x`, or with `isTest` `has(tag.x)`. */
  #key(node: Node, operand: Node | undefined, name: string, isTest: boolean): Checked {
    const source = operand?.exprKind.case === 'identExpr' ? operand.exprKind.value.name : undefined;
    if (!operand || source === undefined || !isSource(source)) {
      throw this.#refused(node, this.#noKeys(operand, name));
    }
    const type = this.#typeOfKey(operand, source, name);
    return isTest
      ? { term: { kind: 'has', source, name }, type: 'boolean' }
      : { term: { kind: 'key', source, name }, type };
  }

  #noKeys(operand: Node | undefined, name: string): string {
    const kind = operand?.exprKind;
    const inner = kind?.case === 'selectExpr' ? kind.value : undefined;
    const source = inner?.operand?.exprKind.case === 'identExpr' ? inner.operand.exprKind.value.name : '';
    if (inner && isSource(source)) return `A name with a dot is written ${source}["${inner.field}.${name}"].`;
    return 'Only attribute, tag, version and counter have names in them.';
  }

  #typeOfKey(node: Node, source: KeySource, name: string): ValueType {
    const { schema, allowUnknown } = this.#options;
    if (!schema || (source !== 'attribute' && source !== 'tag')) return sources[source];
    const type = schema.typeOf(source, name);
    if (type !== undefined) return type;
    if (allowUnknown === true) return sources[source];
    throw this.#refused(node, unknownName(schema, source, name));
  }

  #call(node: Node, call: Call): Checked {
    const name = call.function;
    const [first, second, third] = call.args;
    const operator = comparisons.find((one) => name === `_${one}_`);
    if (operator && first && second) return this.#compare(node, operator, [first, second]);
    if ((name === '_&&_' || name === '_||_') && call.args.length > 1) {
      const kind = name === '_&&_' ? 'and' : 'or';
      const terms = call.args.map((arg) => this.asCondition(arg)).flatMap((t) => (t.kind === kind ? t.terms : [t]));
      return { term: { kind, terms }, type: 'boolean' };
    }
    if (name === '!_' && first) return { term: { kind: 'not', term: this.asCondition(first) }, type: 'boolean' };
    if (name === '_?_:_' && first && second && third) {
      const [condition, yes, no] = [this.asCondition(first), this.asCondition(second), this.asCondition(third)];
      return { term: { kind: 'choice', condition, yes, no }, type: 'boolean' };
    }
    if (name === '@in' && first && second) return this.#among(first, second);
    if (name === '_[_]' && first && second) return this.#key(node, first, this.#keyName(second), false);
    if (call.target && first && call.args.length === 1) return this.#textTest(node, call.target, name, first);
    return this.#function(node, call);
  }

  #keyName(node: Node): string {
    const { term } = this.#check(node);
    if (term.kind === 'literal' && typeof term.value === 'string') return term.value;
    throw this.#refused(node, 'Expected a name in quotes.');
  }

  #compare(node: Node, operator: Comparison, sides: readonly [Node, Node]): Checked {
    const versions = sides.map((side) => this.#versionOf(side));
    const [leftVersion, rightVersion] = versions;
    if (leftVersion && rightVersion) {
      const term = { kind: 'compareVersions', operator, left: leftVersion, right: rightVersion } as const;
      return { term, type: 'boolean' };
    }
    const alone = versions.findIndex((version) => version !== undefined);
    if (alone >= 0) throw this.#refused(sides[1 - alone] ?? node, 'A version compares with another semver("…").');
    const [left, right] = [this.#operand(sides[0]), this.#operand(sides[1])];
    const fits = operator === '==' || operator === '!=' ? canBeEqual : canBeOrdered;
    const isNullTest = (operator === '==' || operator === '!=') && (left.type === 'null' || right.type === 'null');
    if (!fits(left.type, right.type) && !isNullTest) {
      const message = `${typeWords(left.type)} never compares with ${typeWords(right.type)} by ${operator}.`;
      throw this.#refused(node, message[0]?.toUpperCase() + message.slice(1));
    }
    return { term: { kind: 'compare', operator, left: left.term, right: right.term }, type: 'boolean' };
  }

  /** The text inside `semver(…)`; undefined when the part is something else. */
  #versionOf(node: Node): Operand | undefined {
    const { exprKind } = node;
    if (exprKind.case !== 'callExpr' || exprKind.value.function !== 'semver') return undefined;
    const { args, target } = exprKind.value;
    const [arg] = args;
    if (!arg || args.length > 1 || target) throw this.#refused(node, 'Expected one version: semver("1.2.3").');
    const { term, type } = this.#operand(arg);
    if (type !== 'string' && type !== 'any') throw this.#refused(arg, `A version is a text, not ${typeWords(type)}.`);
    if (term.kind === 'literal' && !readVersion(String(term.value))) {
      throw this.#refused(arg, `${JSON.stringify(term.value)} is not a version such as "2.1.0" (SemVer 2.0).`);
    }
    return term;
  }

  #among(item: Node, list: Node): Checked {
    const { exprKind } = list;
    if (exprKind.case === 'identExpr' && isSource(exprKind.value.name)) {
      return this.#key(item, list, this.#keyName(item), true);
    }
    if (exprKind.case !== 'listExpr') throw this.#refused(list, 'Expected a list: ["a", "b"].');
    const subject = this.#operand(item);
    const values = exprKind.value.elements.map((element) => {
      const value = this.#operand(element);
      if (!canBeEqual(subject.type, value.type) && value.type !== 'null') {
        throw this.#refused(element, `Expected ${typeWords(subject.type)} here, not ${typeWords(value.type)}.`);
      }
      return value.term;
    });
    return { term: { kind: 'among', item: subject.term, values }, type: 'boolean' };
  }

  #textTest(node: Node, target: Node, name: string, arg: Node): Checked {
    if (name !== 'startsWith' && name !== 'endsWith' && name !== 'contains' && name !== 'matches') {
      throw this.#refused(node, `There is no ${name}() here. There are startsWith, endsWith, contains and matches.`);
    }
    const subject = this.#textOperand(target);
    const part = this.#textOperand(arg);
    if (name !== 'matches') return { term: { kind: 'text', test: name, subject, part }, type: 'boolean' };
    if (part.kind !== 'literal') throw this.#refused(arg, 'Expected a pattern in quotes.');
    const pattern = String(part.value);
    checkPattern(pattern, this.#position(arg));
    return { term: { kind: 'pattern', subject, pattern }, type: 'boolean' };
  }

  #textOperand(node: Node): Operand {
    const { term, type } = this.#operand(node);
    if (type === 'string' || type === 'any') return term;
    throw this.#refused(node, `Expected a text, not ${typeWords(type)}.`);
  }

  /** A part that gives a value and not an answer. */
  #operand(node: Node): Checked & { readonly term: Operand } {
    const { term, type } = this.#check(node);
    if (term.kind === 'literal' || term.kind === 'key' || term.kind === 'field') return { term, type };
    throw this.#refused(node, 'Expected a value here, not a condition.');
  }

  #function(node: Node, call: Call): Checked {
    const [arg] = call.args;
    if ((call.function === 'timestamp' || call.function === 'duration') && arg && call.args.length === 1) {
      const { term } = this.#operand(arg);
      const ms = term.kind === 'literal' && typeof term.value === 'string' ? constantTime(node) : undefined;
      if (ms !== undefined) return { term: { kind: 'literal', value: ms }, type: call.function };
      const example = call.function === 'timestamp' ? '"2026-03-01T00:00:00Z"' : '"720h" (units h, m, s, ms)';
      throw this.#refused(arg, `Expected ${example}.`);
    }
    if (call.function === 'semver') throw this.#refused(node, 'semver("…") stands only beside a comparison.');
    throw this.#refused(node, strangeCall(call.function));
  }

  #refused(node: Node, message: string): Refused {
    return new Refused(message, this.#position(node));
  }

  #position(node: Node): number {
    return this.#positions[String(node.id)] ?? 0;
  }
}

const literal = (value: string | number | boolean | null): Checked => ({
  term: { kind: 'literal', value },
  type: typeOfLiteral(value),
});

const isField = (name: string): name is FieldName => Object.hasOwn(fields, name);
const isSource = (name: string): name is KeySource => Object.hasOwn(sources, name);

function unknownName(schema: Schema, kind: NameKind, name: string): string {
  const names = schema.names(kind);
  const listed = names.slice(0, 20).join(', ');
  const more = names.length > 20 ? `, and ${names.length - 20} more` : '';
  const who = kind === 'attribute' ? 'No device of the fleet has said' : 'No device of the fleet has';
  return `${who} \`${kind}.${name}\`; known: ${listed}${more}.`;
}

function strangeCall(name: string): string {
  if (/^_?[-+*/%]_?$/.test(name)) {
    return 'There is no arithmetic here. A name with other signs than letters, digits and _ is written tag["x-y"].';
  }
  return `There is no ${name.replace(/[^A-Za-z0-9_.]/g, '')}() here. There are has, semver, timestamp and duration.`;
}
