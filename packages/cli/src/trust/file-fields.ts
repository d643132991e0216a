import { FettleError, type Instant } from '@fettle/model';

/** The members of a file that somebody carried here. Each read throws `invalid-input` for what is not there. */
export interface Fields {
  has(name: string): boolean;
  text(name: string, mostLength: number): string;
  texts(name: string, most: number): readonly string[];
  integer(name: string): number;
  /** @param digits exactly so many, when given */
  hex(name: string, digits?: number): string;
  base64(name: string): Buffer;
  instant(name: string): Instant;
  oneOf<T extends string>(name: string, values: readonly T[]): T;
}

export interface FileShape {
  readonly format: string;
  readonly mostBytes: number;
  readonly known: readonly string[];
}

/**
 * Opens a JSON file of one of our formats: one object, no unknown members.
 * @throws FettleError `invalid-input`, `too-large`
 */
export function readFields(text: string, { format, mostBytes, known }: FileShape): Fields {
  if (Buffer.byteLength(text) > mostBytes) {
    throw new FettleError('too-large', `Expected a file of at most ${mostBytes} bytes, found more.`);
  }
  const members = objectOf(text, format);
  if (members.format !== format) throw wrong(format, 'format', `"${format}"`);
  const strange = Object.keys(members).find((name) => name !== 'format' && !known.includes(name));
  if (strange !== undefined) {
    throw new FettleError(
      'invalid-input',
      `Expected a ${format} file, found the unknown member "${strange.slice(0, 40)}".`,
    );
  }
  const read = (name: string) => (Object.hasOwn(members, name) ? members[name] : undefined);
  const demand = (holds: boolean, name: string, expected: string) => {
    if (!holds) throw wrong(format, name, expected);
  };
  const textOf = (name: string, mostLength: number): string => {
    const value = read(name);
    demand(typeof value === 'string' && value.length <= mostLength, name, `text of at most ${mostLength} characters`);
    return String(value);
  };
  return {
    has: (name) => read(name) !== undefined,
    text: textOf,
    texts: (name, most) => {
      const value = read(name);
      const isList = Array.isArray(value) && value.length <= most && value.every((one) => typeof one === 'string');
      demand(isList, name, `a list of at most ${most} texts`);
      return value as readonly string[];
    },
    integer: (name) => {
      const value = read(name);
      demand(Number.isSafeInteger(value) && Number(value) >= 1, name, 'a whole number of 1 or more');
      return Number(value);
    },
    hex: (name, digits) => {
      const value = textOf(name, digits ?? 16_384);
      const isHex = /^(?:[0-9a-f]{2})+$/.test(value) && (digits === undefined || value.length === digits);
      demand(isHex, name, digits === undefined ? 'hexadecimal digits' : `${digits} hexadecimal digits`);
      return value;
    },
    base64: (name) => {
      const bytes = Buffer.from(textOf(name, mostBytes), 'base64');
      demand(bytes.toString('base64') === read(name), name, 'base64');
      return bytes;
    },
    instant: (name) => {
      const value = textOf(name, 40);
      demand(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value)), name, 'a time in UTC');
      return Date.parse(value);
    },
    oneOf: (name, values) => {
      const found = values.find((value) => value === read(name));
      if (found === undefined) throw wrong(format, name, `one of ${values.join(', ')}`);
      return found;
    },
  };
}

function objectOf(text: string, format: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // As any other text that is no such file.
  }
  throw new FettleError('invalid-input', `Expected a ${format} file (JSON), found something else.`);
}

function wrong(format: string, name: string, expected: string): FettleError {
  return new FettleError('invalid-input', `Expected "${name}" of the ${format} file to be ${expected}.`);
}
