import type { Comparison, KeySource, Literal, Operand, Term } from '@fettle/control';
import type { Instant } from '@fettle/model';
import { type RawBuilder, sql } from 'kysely';
import type { Dialect } from './dialect.ts';

/** A condition on a row of `devices`. Null stands for no answer, as in the expression itself. */
export type Condition = RawBuilder<boolean>;

/** Names that a path of JSON takes; others no device has. */
const safeName = /^[A-Za-z0-9._-]{1,64}$/;
const digits = ['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'].map((sign) => sql.lit(sign));

/**
 * Says a checked expression as SQL. What SQL cannot say exactly as it is evaluated in memory is left to memory.
 * @returns undefined when the term as a whole cannot be said
 */
export function conditionOf(term: Term, dialect: Dialect, now: Instant): Condition | undefined {
  const translator = new Translator(dialect, now);
  return translator.condition(term);
}

class Translator {
  readonly #dialect: Dialect;
  readonly #now: Instant;

  constructor(dialect: Dialect, now: Instant) {
    this.#dialect = dialect;
    this.#now = now;
  }

  condition(term: Term): Condition | undefined {
    switch (term.kind) {
      case 'literal':
        return typeof term.value === 'boolean' ? truth(term.value) : undefined;
      case 'key':
        return this.#flag(term);
      case 'has':
        return sql`(${this.#key(term.source, term.name)} is not null)`;
      case 'compare':
        return this.#compare(term.operator, term.left, term.right);
      case 'among':
        return this.#among(term.item, term.values);
      case 'text':
        return term.test === 'startsWith' ? this.#startsWith(term.subject, term.part) : undefined;
      case 'and':
        return this.#joined(term.terms, sql` and `);
      case 'or':
        return this.#joined(term.terms, sql` or `);
      case 'not': {
        const inner = this.condition(term.term);
        return inner && sql`(not ${inner})`;
      }
      default:
        return undefined;
    }
  }

  #joined(terms: readonly Term[], by: RawBuilder<unknown>): Condition | undefined {
    const parts: Condition[] = [];
    for (const term of terms) {
      const part = this.condition(term);
      if (!part) return undefined;
      parts.push(part);
    }
    return sql`(${sql.join(parts, by)})`;
  }

  /** A value that is itself an answer: anything but true and false is none. */
  #flag({ source, name }: Extract<Operand, { kind: 'key' }>): Condition {
    const text = this.#key(source, name);
    return sql`(case ${text} when 'true' then ${truth(true)} when 'false' then ${truth(false)} end)`;
  }

  #compare(operator: Comparison, left: Operand, right: Operand): Condition | undefined {
    if (right.kind === 'literal') return this.#compareWith(operator, left, right.value);
    return left.kind === 'literal' ? this.#compareWith(mirrored[operator], right, left.value) : undefined;
  }

  #compareWith(operator: Comparison, operand: Operand, value: Literal): Condition | undefined {
    if (operator === '==') return this.#equals(operand, value);
    if (operator === '!=') {
      const equal = this.#equals(operand, value);
      return equal && sql`(not ${equal})`;
    }
    if (typeof value !== 'number') return undefined;
    if (operand.kind === 'key') return this.#orders(operator, operand, value);
    return this.#ordersTime(operator, operand, value);
  }

  /** Always yes or no. */
  #equals(operand: Operand, value: Literal): Condition | undefined {
    if (operand.kind === 'field') return this.#fieldEquals(operand, value);
    if (operand.kind === 'literal') return undefined;
    const text = this.#key(operand.source, operand.name);
    if (value === null) return sql`(${text} is null)`;
    return sql`(${this.#mayHold(operand, value)} and ${text} is not null and ${text} = ${JSON.stringify(value)})`;
  }

  /**
   * Whether the column has the name and the value side by side at all, which a search for text tells in a tenth of the
   * time that reading its JSON takes. The column is written by `JSON.stringify`, so that a device with this value has
   * exactly these letters; others may have them too.
   */
  #mayHold({ source, name }: Extract<Operand, { kind: 'key' }>, value: Literal): Condition {
    const [column, key] = source === 'attribute' || source === 'tag' ? [`${source}s`, name] : ['current', source];
    return this.#dialect.contains(`devices.${column}`, `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  }

  #fieldEquals(field: Extract<Operand, { kind: 'field' }>, value: Literal): Condition | undefined {
    if (field.name === 'site') {
      const text = this.#site();
      return value === null
        ? sql`(${text} is null)`
        : sql`(${text} is not null and ${text} = ${JSON.stringify(value)})`;
    }
    if (field.name === 'enrolledAt' || field.name === 'age') {
      return typeof value === 'number' ? this.#ordersTime('==', field, value) : truth(false);
    }
    return typeof value === 'string' ? sql`(${sql.ref(`devices.${field.name}`)} = ${value})` : truth(false);
  }

  /** No answer for what is no number. Equality goes by the text, which is exact in every database. */
  #orders(operator: Comparison, { source, name }: Extract<Operand, { kind: 'key' }>, value: number): Condition {
    const text = this.#key(source, name);
    const written = JSON.stringify(value);
    const number = sql`cast(${text} as double precision)`;
    const order = operator.startsWith('<') ? sql`${number} < ${value}` : sql`${number} > ${value}`;
    const answer = operator.endsWith('=')
      ? sql`(${text} = ${written} or ${order})`
      : sql`(${text} <> ${written} and ${order})`;
    return sql`(case when substr(${text}, 1, 1) in (${sql.join(digits)}) then ${answer} end)`;
  }

  #ordersTime(operator: Comparison, operand: Operand, value: number): Condition | undefined {
    // Whole milliseconds are what the column holds; an age is told from the same clock for every row.
    if (operand.kind !== 'field' || !Number.isSafeInteger(value)) return undefined;
    const column = sql.ref('devices.enrolled_at');
    if (operand.name === 'enrolledAt') return sql`(${column} ${signs[operator]} ${value})`;
    return operand.name === 'age' ? sql`(${column} ${signs[mirrored[operator]]} ${this.#now - value})` : undefined;
  }

  #among(item: Operand, values: readonly Operand[]): Condition | undefined {
    const literals: Literal[] = [];
    for (const value of values) {
      if (value.kind !== 'literal') return undefined;
      literals.push(value.value);
    }
    if (literals.length === 0) return truth(false);
    if (item.kind === 'key') return isOneOf(this.#key(item.source, item.name), literals);
    if (item.kind === 'field' && item.name === 'site') return isOneOf(this.#site(), literals);
    const parts = literals.map((literal) => this.#equals(item, literal));
    return parts.every((part) => part !== undefined) ? sql`(${sql.join(parts, sql` or `)})` : undefined;
  }

  /** No answer for what is no text. The JSON of a beginning is the beginning of the JSON, but for the last quote. */
  #startsWith(subject: Operand, part: Operand): Condition | undefined {
    if (part.kind !== 'literal' || typeof part.value !== 'string' || subject.kind === 'literal') return undefined;
    const isColumn = subject.kind === 'field' && subject.name !== 'site';
    if (isColumn && (subject.name === 'enrolledAt' || subject.name === 'age')) return undefined;
    if (isColumn) return beginsWith(sql.ref(`devices.${subject.name}`), part.value);
    const text = subject.kind === 'key' ? this.#key(subject.source, subject.name) : this.#site();
    const begins = beginsWith(text, JSON.stringify(part.value).slice(0, -1));
    return sql`(case when substr(${text}, 1, 1) = '"' then ${begins} end)`;
  }

  /** The JSON text of a value of the device, null when there is none. */
  #key(source: KeySource, name: string): RawBuilder<string | null> {
    if (!safeName.test(name)) return sql<null>`null`;
    const { jsonAt } = this.#dialect;
    if (source === 'attribute') return jsonAt('devices.attributes', name);
    return source === 'tag' ? jsonAt('devices.tags', name) : jsonAt('devices.current', name, source);
  }

  /** The JSON text of the site: a tag goes before what the device says, and only a text is a site. */
  #site(): RawBuilder<string | null> {
    const said = this.#key('attribute', 'site');
    return sql`coalesce(${this.#key('tag', 'site')}, case when substr(${said}, 1, 1) = '"' then ${said} end)`;
  }
}

const signs: Readonly<Record<Comparison, RawBuilder<unknown>>> = {
  '==': sql`=`,
  '!=': sql`<>`,
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
};
const mirrored: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** A constant answer, as every database takes it. */
const truth = (answer: boolean): Condition => (answer ? sql`(1 = 1)` : sql`(1 = 0)`);

/** Whether a JSON text is that of one of these values. A list and no chain of comparisons: databases bound its depth. */
function isOneOf(text: RawBuilder<string | null>, values: readonly Literal[]): Condition {
  const texts = values.filter((value) => value !== null).map((value) => JSON.stringify(value));
  const said = texts.length > 0 ? sql`(${text} is not null and ${text} in (${sql.join(texts)}))` : truth(false);
  return texts.length < values.length ? sql`(${text} is null or ${said})` : sql`${said}`;
}

function beginsWith(text: RawBuilder<unknown> | ReturnType<typeof sql.ref>, part: string): Condition {
  // Databases count characters, not halves of them.
  const length = [...part].length;
  return sql`(substr(${text}, 1, ${sql.lit(length)}) = ${part})`;
}
