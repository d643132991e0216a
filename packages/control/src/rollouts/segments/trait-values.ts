import type { AttributeValue } from '@fettle/model';
import { type Condition, meets, type Traits } from './condition.ts';

/** One trait of some devices, cut into conditions so that each device meets at most one of them. */
export interface CutTrait {
  readonly conditions: readonly Condition[];
  /** For each device the condition it meets, counted from 1; 0 for none. */
  readonly codes: Uint16Array;
}

/** Numbers with more different values than this are cut into ranges. */
const plainNumbers = 8;

/** Names of all traits that the devices have, sorted. */
export function traitNames(devices: readonly Traits[]): readonly string[] {
  const names = new Set<string>();
  for (const traits of devices) for (const name in traits) names.add(name);
  return [...names].sort();
}

/**
 * Cuts one trait: by value; a number with many values by quantiles; and `absent` for who lacks it. Looks at traits only,
 * never at who failed.
 * @param devices at most 65,534
 * @param ranges into how many ranges a number is cut, at most
 */
export function cutTrait(trait: string, devices: readonly Traits[], ranges: number): CutTrait {
  const values = devices.map((traits) => (Object.hasOwn(traits, trait) ? traits[trait] : undefined));
  const numbers = values.filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[];
  const cuts = new Set(numbers).size > plainNumbers ? rangesOf(trait, numbers, ranges) : [];
  const conditions: Condition[] = [...cuts];
  const known = new Map<AttributeValue | undefined, number>();
  const codes = Uint16Array.from(values, (value, row) => {
    const code = known.get(value) ?? codeOf(value, devices[row] as Traits);
    known.set(value, code);
    return code;
  });
  return { conditions, codes };

  function codeOf(value: AttributeValue | undefined, traits: Traits): number {
    if (value === undefined) return conditions.push({ kind: 'absent', trait });
    if (!isNameable(value)) return 0;
    if (typeof value === 'number' && cuts.length > 0) return 1 + cuts.findIndex((cut) => meets(traits, cut));
    return conditions.push({ kind: 'is', trait, value });
  }
}

/** What an expression can say: neither text that is not Unicode nor a number that is none. */
function isNameable(value: AttributeValue): boolean {
  return typeof value === 'string' ? value.isWellFormed() : typeof value === 'boolean' || Number.isFinite(value);
}

/** Ranges with about equally many devices each; equal numbers are never parted. */
function rangesOf(trait: string, numbers: readonly number[], ranges: number): Condition[] {
  const sorted = Float64Array.from(numbers).sort();
  const cuts: number[] = [];
  for (let i = 1; i < ranges; i++) {
    const cut = sorted[Math.floor((i * sorted.length) / ranges)] as number;
    if (cut > (cuts.at(-1) ?? (sorted[0] as number))) cuts.push(cut);
  }
  return [null, ...cuts].map((from, i) => ({ kind: 'between', trait, from, below: cuts[i] ?? null }));
}
