import { compareText, type Order } from '../versions/text-order.ts';

/** One line of a table while it is sorted. */
export interface Row {
  /** What is looked up; no control characters. */
  readonly key: string;
  /** Orders rows of one key; no control characters. */
  readonly sub: string;
  /** Which record of the input it comes from, counted from 0. */
  readonly record: number;
  /** One line of JSON. */
  readonly json: string;
}

export function compareRows(a: Row, b: Row): Order {
  return compareText(a.key, b.key) || compareText(a.sub, b.sub) || compareNumbers(a.record, b.record);
}

function compareNumbers(a: number, b: number): Order {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function lineOf(row: Row): string {
  return `${row.key}\t${row.sub}\t${row.record}\t${row.json}\n`;
}

/** The way back, of a line without its end. */
export function rowOf(line: string): Row {
  const first = line.indexOf('\t');
  const second = line.indexOf('\t', first + 1);
  const third = line.indexOf('\t', second + 1);
  return {
    key: line.slice(0, first),
    sub: line.slice(first + 1, second),
    record: Number(line.slice(second + 1, third)),
    json: line.slice(third + 1),
  };
}
