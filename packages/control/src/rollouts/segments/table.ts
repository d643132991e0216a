import { addTo, type Bits } from './bits.ts';
import type { Condition } from './condition.ts';
import type { CutTrait } from './trait-values.ts';

/** A condition with the rows that meet it. */
export interface Column {
  readonly condition: Condition;
  /** Which trait, as an index: two conditions of one trait never meet in a device. */
  readonly trait: number;
  readonly rows: Bits;
  readonly devices: number;
  readonly failures: number;
}

/** Devices as rows, conditions as columns. Failed rows come first and have whole words of their own. */
export interface Table {
  readonly devices: number;
  readonly failures: number;
  readonly columns: readonly Column[];
  /** For each trait how many devices meet each of its conditions, largest first: what could be looked at. */
  readonly sizes: readonly (readonly number[])[];
  /** Words that hold the failed rows, and all words. */
  readonly failedWords: number;
  readonly words: number;
}

/** Which devices lie in the table, as indexes into the codes of a trait. */
export interface Rows {
  readonly failed: readonly number[];
  readonly sound: readonly number[];
}

/** Conditions met by fewer failed devices are no columns: one failure has everything in common with itself. */
export const leastFailures = 2;

/**
 * Lays devices out for the search.
 * Memory: `mostColumns` × devices / 8 bytes.
 */
export function layTable(traits: readonly CutTrait[], rows: Rows, mostColumns: number): Table {
  const { failed, sound } = rows;
  const failedWords = Math.ceil(failed.length / 32);
  const words = failedWords + Math.ceil(sound.length / 32);
  const devices = failed.length + sound.length;
  const counted: (Omit<Column, 'rows'> & { readonly code: number })[] = [];
  const sizes = traits.map(({ conditions, codes }, trait) => {
    const failures = countCodes(codes, failed, conditions.length);
    const all = countCodes(codes, sound, conditions.length).map((count, i) => count + (failures[i] as number));
    for (const [i, condition] of conditions.entries()) {
      const found = failures[i + 1] as number;
      if (found < leastFailures) continue;
      counted.push({ condition, trait, code: i + 1, devices: all[i + 1] as number, failures: found });
    }
    return [...all.subarray(1)].filter((count) => count > 0).sort((a, b) => b - a);
  });
  const chosen = mostPromising(counted, failed.length / devices, mostColumns);
  const columns = chosen.map(({ code: _, ...column }): Column => ({ ...column, rows: new Uint32Array(words) }));
  for (const [trait, { codes }] of traits.entries()) {
    const sets: (Bits | undefined)[] = [];
    for (const [i, { code, trait: own }] of chosen.entries()) if (own === trait) sets[code] = columns[i]?.rows;
    if (sets.length > 0) fillSets(sets, codes, { failed, sound, failedWords });
  }
  return { devices, failures: failed.length, columns, sizes, failedWords, words };
}

function fillSets(
  sets: readonly (Bits | undefined)[],
  codes: Uint16Array,
  { failed, sound, failedWords }: Rows & { readonly failedWords: number },
): void {
  for (let i = 0; i < failed.length; i++) {
    const set = sets[codes[failed[i] as number] as number];
    if (set) addTo(set, i);
  }
  for (let i = 0; i < sound.length; i++) {
    const set = sets[codes[sound[i] as number] as number];
    if (set) addTo(set, failedWords * 32 + i);
  }
}

function countCodes(codes: Uint16Array, rows: readonly number[], conditions: number): Uint32Array {
  const counts = new Uint32Array(conditions + 1);
  for (const row of rows) {
    const code = codes[row] as number;
    counts[code] = (counts[code] as number) + 1;
  }
  return counts;
}

/** The conditions under which failures are most in excess: a pair that fails shows in both its halves. */
function mostPromising<T extends { devices: number; failures: number }>(
  columns: readonly T[],
  rate: number,
  most: number,
): readonly T[] {
  if (columns.length <= most) return columns;
  const excess = ({ devices, failures }: T) => (failures - devices * rate) / Math.sqrt(devices * rate);
  return columns.toSorted((a, b) => excess(b) - excess(a)).slice(0, most);
}
