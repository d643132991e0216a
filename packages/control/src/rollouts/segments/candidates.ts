import { type Bits, bothOf, countBoth } from './bits.ts';
import type { Condition } from './condition.ts';
import {
  type LogFactorials,
  logBinomialTail,
  logLeastTail,
  logLikelihoodRatio,
  logTail,
  type Split,
} from './exact-test.ts';
import type { Column, Table } from './table.ts';

/** What evidence has to beat. */
export interface Bar {
  /** Segments that could have been named, whoever failed. */
  readonly candidates: number;
  /** Natural logarithm: the most that the chance of one candidate may be. */
  readonly logMost: number;
}

/**
 * Counts the segments that could be named at all, from sizes alone, never from who failed: one so small that even
 * failing throughout would prove nothing is no candidate (Tarone). Pairs of one trait's conditions with another's share
 * no device, so at most devices / size of them have that size.
 * @source decision 0016
 */
export function barOf(table: Table, logs: LogFactorials, alpha: number): Bar {
  const { devices, failures, sizes } = table;
  for (let size = 2; size <= failures; size++) {
    const candidates = countCandidates(sizes, size, Math.floor(devices / size));
    if (candidates === 0) break;
    const logMost = Math.log(alpha / candidates);
    if (logLeastTail(logs, { devices, failures, inside: size }) <= logMost) return { candidates, logMost };
  }
  return { candidates: 0, logMost: Number.NEGATIVE_INFINITY };
}

function countCandidates(sizes: Table['sizes'], size: number, mostPairs: number): number {
  const counts = sizes.map((ofTrait) => {
    const smaller = ofTrait.findIndex((count) => count < size);
    return smaller < 0 ? ofTrait.length : smaller;
  });
  let candidates = 0;
  for (const [i, count] of counts.entries()) {
    candidates += count;
    for (let j = 0; j < i; j++) candidates += Math.min(count * (counts[j] as number), mostPairs);
  }
  return candidates;
}

export interface Candidate {
  readonly conditions: readonly Condition[];
  readonly rows: Bits;
  readonly split: Split;
  readonly logChance: number;
  /** How well it explains who failed. */
  readonly score: number;
}

/** Failures of devices without the release. */
export interface UsualFailures {
  readonly failures: number;
  /** How many of them meet all conditions. */
  inside(conditions: readonly Condition[]): number;
  /** Share of the release's failures that are of the same kind, 0 to 1. */
  readonly share: number;
}

export interface Judging {
  readonly table: Table;
  readonly logs: LogFactorials;
  readonly bar: Bar;
  readonly usual: UsualFailures;
}

/** Pairs looked at between two turns for others. */
const pairsPerTurn = 4_000;

/** Every candidate over the bar, the one that explains the failures best first. */
export function* rankCandidates(judging: Judging): Generator<void, readonly Candidate[]> {
  const found: Candidate[] = [];
  const { columns } = judging.table;
  let looked = 0;
  for (const [i, a] of columns.entries()) {
    const single = judge(judging, [a.condition], { inside: a.devices, insideFailures: a.failures });
    if (single) found.push({ ...single, rows: a.rows });
    for (let j = 0; j < i; j++) {
      const b = columns[j] as Column;
      if (a.trait === b.trait) continue;
      const pair = judgePair(judging, b, a);
      if (pair) found.push(pair);
      if (++looked % pairsPerTurn === 0) yield;
    }
  }
  return found.sort((a, b) => b.score - a.score || a.conditions.length - b.conditions.length);
}

/** How unlikely it must be that a half alone explains a pair; corrected for the partners it could have had. */
const halfAlpha = 0.05;

function judgePair(judging: Judging, a: Column, b: Column): Candidate | undefined {
  const { table, logs } = judging;
  const insideFailures = countBoth(a.rows, b.rows, 0, table.failedWords);
  if (insideFailures < 2) return undefined;
  const inside = insideFailures + countBoth(a.rows, b.rows, table.failedWords, table.words);
  const conditions = a.condition.trait < b.condition.trait ? [a.condition, b.condition] : [b.condition, a.condition];
  const pair = judge(judging, conditions, { inside, insideFailures });
  if (!pair) return undefined;
  const logMost = Math.log(halfAlpha / table.columns.length);
  for (const half of [a, b]) {
    const within = { devices: half.devices, failures: half.failures, inside, insideFailures };
    if (logTail(logs, within) > logMost) return undefined;
  }
  return { ...pair, rows: bothOf(a.rows, b.rows) };
}

function judge(
  { table, logs, bar, usual }: Judging,
  conditions: readonly Condition[],
  inside: Pick<Split, 'inside' | 'insideFailures'>,
): Omit<Candidate, 'rows'> | undefined {
  const split: Split = { devices: table.devices, failures: table.failures, ...inside };
  const logChance = logTail(logs, split);
  if (logChance > bar.logMost) return undefined;
  if (logChanceAsUsual(split, usual, conditions) > bar.logMost) return undefined;
  return { conditions, split, logChance, score: logLikelihoodRatio(split) };
}

/** Beside the usual failures the share of a segment counts as so many of them. */
const shareWeight = 10;

/**
 * The chance of so many failures inside when those that also happen without the release fall as they do there, and the
 * others by the share of the segment. A sum of unequal draws strays less far than equal draws of their mean.
 * @source decision 0016
 */
function logChanceAsUsual(split: Split, usual: UsualFailures, conditions: readonly Condition[]): number {
  if (usual.failures === 0 || usual.share === 0) return Number.NEGATIVE_INFINITY;
  const share = split.inside / split.devices;
  const usualRate = (usual.inside(conditions) + shareWeight * share) / (usual.failures + shareWeight);
  const excess = usual.share * Math.max(0, usualRate - share);
  return logBinomialTail(split.insideFailures, split.failures, share + excess);
}
