import type { Literal } from './tree.ts';

/** What a part of an expression gives; `any` is known only when a device is looked at. */
export type ValueType = 'string' | 'number' | 'boolean' | 'null' | 'timestamp' | 'duration' | 'any';

const words: Readonly<Record<ValueType, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
  timestamp: 'a time',
  duration: 'a duration',
  any: 'anything',
};

/** The type in words, with its article. */
export function typeWords(type: ValueType): string {
  return words[type];
}

export function typeOfLiteral(value: Literal): ValueType {
  return value === null ? 'null' : (typeof value as 'string' | 'number' | 'boolean');
}

/** Whether two values of these types could ever be equal. */
export function canBeEqual(a: ValueType, b: ValueType): boolean {
  return a === b || a === 'any' || b === 'any';
}

/** Whether one value of these types could ever come before the other. */
export function canBeOrdered(a: ValueType, b: ValueType): boolean {
  return canBeEqual(a, b) && a !== 'null' && b !== 'null';
}
