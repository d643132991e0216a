/** A five-field cron expression, read: which minutes of which days. */
export interface Cron {
  /** Minutes since local midnight at which it fires on a day that it selects, ascending. */
  readonly minutesOfDay: readonly number[];
  readonly months: ReadonlySet<number>;
  /** Days of the month, 1 to 31; null when the field is `*`. */
  readonly monthDays: ReadonlySet<number> | null;
  /** Days of the week, 0 is Sunday; null when the field is `*`. */
  readonly weekDays: ReadonlySet<number> | null;
}

export type CronParse =
  | { readonly ok: true; readonly cron: Cron }
  | { readonly ok: false; readonly message: string; readonly position: number };

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Three-letter names in order, the first of them meaning `least`. */
  readonly names: readonly string[];
}

const fields: readonly Field[] = [
  { name: 'minute', least: 0, most: 59, names: [] },
  { name: 'hour', least: 0, most: 23, names: [] },
  { name: 'day of month', least: 1, most: 31, names: [] },
  {
    name: 'month',
    least: 1,
    most: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'day of week', least: 0, most: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];
const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const maxLength = 200;

class Refusal extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/**
 * Reads a cron expression: minute, hour, day of month, month, day of week; each `*`, a value, a range, a list or
 * steps (`0-30/10`); months and days of the week by their English names too. When both day fields are restricted,
 * a day that either of them selects counts, as in cron itself. Extensions (`L`, `W`, `#`, `?`, `@daily`) are refused.
 * @returns the expression, or what is wrong and at which character (0-based); one that could never fire is wrong too
 * @source POSIX.1-2017 crontab, with the steps and names of Vixie cron
 */
export function parseCron(text: string): CronParse {
  try {
    return { ok: true, cron: readCron(text) };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return { ok: false, message: cause.message, position: cause.position };
  }
}

/** Whether a local day is one of the expression's. @param date any time of that local day, read by its UTC methods */
export function firesOn(cron: Cron, date: Date): boolean {
  if (!cron.months.has(date.getUTCMonth() + 1)) return false;
  const { monthDays, weekDays } = cron;
  if (monthDays === null) return weekDays === null || weekDays.has(date.getUTCDay());
  return monthDays.has(date.getUTCDate()) || weekDays?.has(date.getUTCDay()) === true;
}

function readCron(text: string): Cron {
  if (text.length > maxLength) throw new Refusal(`At most ${maxLength} characters.`, maxLength);
  const parts = [...text.matchAll(/\S+/g)];
  if (parts.length !== fields.length) {
    throw new Refusal(shape(parts.length), parts[fields.length]?.index ?? text.length);
  }
  const [minutes, hours, monthDays, months, weekDays] = fields.map((field, index) =>
    readField(parts[index]?.[0] ?? '', parts[index]?.index ?? 0, field),
  );
  const cron: Cron = {
    minutesOfDay: product(hours ?? new Set(), minutes ?? new Set()),
    months: months ?? new Set(),
    monthDays: parts[2]?.[0] === '*' ? null : (monthDays ?? null),
    weekDays: parts[4]?.[0] === '*' ? null : new Set([...(weekDays ?? [])].map((value) => value % 7)),
  };
  if (!canFire(cron)) throw new Refusal('No year has such a day, so it would never fire.', parts[2]?.index ?? 0);
  return cron;
}

function shape(found: number): string {
  return `Expected five fields (minute, hour, day of month, month, day of week), found ${found}.`;
}

function canFire({ months, monthDays, weekDays }: Cron): boolean {
  if (monthDays === null || weekDays !== null) return true;
  return [...months].some((month) => [...monthDays].some((date) => date <= (longestMonth[month - 1] ?? 0)));
}

function product(hours: ReadonlySet<number>, minutes: ReadonlySet<number>): readonly number[] {
  return [...hours].flatMap((hour) => [...minutes].map((minute) => hour * 60 + minute)).sort((a, b) => a - b);
}

function readField(text: string, position: number, field: Field): ReadonlySet<number> {
  const values = new Set<number>();
  let at = position;
  for (const item of text.split(',')) {
    for (const value of readItem(item, at, field)) values.add(value);
    at += item.length + 1;
  }
  return values;
}

function readItem(text: string, position: number, field: Field): readonly number[] {
  const match = /^(?:(\*)|([a-z]+|\d+)(?:-([a-z]+|\d+))?)(?:\/(\d+))?$/i.exec(text);
  const refuse = (message: string) => new Refusal(`${field.name}: ${message}`, position);
  if (!match) throw refuse(wrongItem(text, field));
  const [, star, from, to, step] = match;
  if (step !== undefined && star === undefined && to === undefined) {
    throw refuse(`steps need a range: write ${from}-${field.most}/${step} instead of ${text}.`);
  }
  const first = star ? field.least : readValue(from ?? '', field);
  let last = star ? field.most : readValue(to ?? from ?? '', field);
  if (first === undefined || last === undefined) throw refuse(wrongItem(text, field));
  // Sunday is the first day of the week and the last one.
  if (field.most === 7 && to !== undefined && last === 0 && first > 0) last = 7;
  if (first > last)
    throw refuse(`the range ${text} runs backwards: write it as two, ${from}-${field.most},${field.least}-${to}.`);
  const by = step === undefined ? 1 : Number(step);
  if (by < 1 || by > field.most) throw refuse(`a step is from 1 to ${field.most}, found ${step}.`);
  const values: number[] = [];
  for (let value = first; value <= last; value += by) values.push(value);
  return values;
}

function wrongItem(text: string, field: Field): string {
  const named = field.names.length === 0 ? '' : ` or ${field.names.join(', ')}`;
  const extension = /[LW#?@]/i.test(text) && readValue(text, field) === undefined;
  const hint = extension ? ' Extensions such as L, W, #, ? and @daily are not read.' : '';
  return `expected *, a value, a range, a list or steps of ${field.least}-${field.most}${named}, found "${text}".${hint}`;
}

function readValue(text: string, field: Field): number | undefined {
  const named = field.names.indexOf(text.toLowerCase());
  if (named >= 0) return field.least + named;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= field.least && value <= field.most ? value : undefined;
}
