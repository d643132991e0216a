import { FettleError } from '@fettle/model';

/** Reads a value that came from a file: the value, checked, or an error that names the place. */
export type Shape<T> = (value: unknown, place: string) => T;

export function fail(place: string, expected: string): never {
  throw new FettleError('invalid-input', `${place}: expected ${expected}.`);
}

export const text =
  (longest = 4_000): Shape<string> =>
  (value, place) =>
    typeof value === 'string' && value.length <= longest
      ? value
      : fail(place, `a text of at most ${longest} characters`);

export const number: Shape<number> = (value, place) =>
  typeof value === 'number' && Number.isFinite(value) ? value : fail(place, 'a number');

/** A whole number from 0 on. */
export const count =
  (most = Number.MAX_SAFE_INTEGER): Shape<number> =>
  (value, place) =>
    Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most
      ? (value as number)
      : fail(place, `a whole number from 0 to ${most}`);

export const flag: Shape<boolean> = (value, place) =>
  typeof value === 'boolean' ? value : fail(place, 'true or false');

export const oneOf =
  <const T extends string | number>(...allowed: readonly T[]): Shape<T> =>
  (value, place) =>
    allowed.includes(value as T) ? (value as T) : fail(place, `one of ${allowed.join(', ')}`);

export const nullable =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value, place) =>
    value === null ? null : shape(value, place);

export const list =
  <T>(shape: Shape<T>, most: number): Shape<T[]> =>
  (value, place) => {
    if (!Array.isArray(value) || value.length > most) return fail(place, `a list of at most ${most}`);
    return value.map((item, index) => shape(item, `${place}[${index}]`));
  };

/** An object with names of any kind. */
export const record =
  <T>(shape: Shape<T>, most: number): Shape<Record<string, T>> =>
  (value, place) => {
    const entries = Object.entries(asObject(value, place));
    if (entries.length > most) return fail(place, `at most ${most} names`);
    return Object.fromEntries(entries.map(([name, item]) => [name, shape(item, `${place}.${name}`)]));
  };

type Fields = Readonly<Record<string, Shape<unknown>>>;
type Values<F extends Fields> = { readonly [K in keyof F]: ReturnType<F[K]> };

/** An object that has these fields; others are left out. */
export const object =
  <F extends Fields>(fields: F): Shape<Values<F>> =>
  (value, place) => {
    const found = asObject(value, place);
    const read: Record<string, unknown> = {};
    for (const [name, shape] of Object.entries(fields)) {
      const item = shape(Object.hasOwn(found, name) ? found[name] : undefined, `${place}.${name}`);
      if (item !== undefined) read[name] = item;
    }
    return read as Values<F>;
  };

export const optional =
  <T>(shape: Shape<T>): Shape<T | undefined> =>
  (value, place) =>
    value === undefined ? undefined : shape(value, place);

/** A value that the product itself wrote and checks where it uses it: only that it is an object is looked at. */
export const trusted =
  <T extends object>(): Shape<T> =>
  (value, place) =>
    asObject(value, place) as T;

function asObject(value: unknown, place: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return fail(place, 'an object');
}
