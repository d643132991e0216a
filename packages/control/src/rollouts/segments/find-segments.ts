import { countBoth } from './bits.ts';
import { barOf, type Candidate, type Judging, rankCandidates } from './candidates.ts';
import { type Condition, meets } from './condition.ts';
import { logFactorials, rateInterval } from './exact-test.ts';
import { type ExposedDevice, sampleDevices } from './sample.ts';
import { type Segment, type SegmentOptions, type SegmentSearch, segmentDefaults } from './segment.ts';
import { segmentExpression } from './segment-expression.ts';
import { layTable, type Rows } from './table.ts';
import { type CutTrait, cutTrait, traitNames } from './trait-values.ts';

/**
 * Names what the failing devices share: single conditions, and pairs that explain more than either half alone.
 * Cost: linear in devices × traits, then for each answer `mostColumns`² / 2 × `mostDevices` / 32 word operations at
 * most: with the defaults 0.2 s for the largest input.
 * @source decision 0016
 */
export function findSegments(devices: readonly ExposedDevice[], options: Partial<SegmentOptions> = {}): SegmentSearch {
  const search = searchSegments(devices, options);
  for (;;) {
    const step = search.next();
    if (step.done) return step.value;
  }
}

/** The same in pieces of a few milliseconds: whoever has others to serve takes a turn for them at each `yield`. */
export function* searchSegments(
  devices: readonly ExposedDevice[],
  options: Partial<SegmentOptions> = {},
): Generator<void, SegmentSearch> {
  const settings = { ...segmentDefaults, ...options };
  const sample = sampleDevices(devices, settings.mostDevices);
  const traits: CutTrait[] = [];
  const all = sample.map((device) => device.traits);
  for (const name of traitNames(all)) {
    traits.push(cutTrait(name, all, settings.ranges));
    yield;
  }
  const logs = logFactorials(Math.max(2, devices.length));
  const segments: Segment[] = [];
  let candidates = 0;
  let rest: readonly number[] = [...sample.keys()];
  while (segments.length < settings.mostSegments) {
    const table = layTable(traits, partRows(sample, rest), settings.mostColumns);
    const judging: Judging = { table, logs, bar: barOf(table, logs, settings.alpha), usual: usualOf(settings) };
    candidates = Math.max(candidates, judging.bar.candidates);
    yield;
    const found = yield* rankCandidates(judging);
    const [best] = found;
    if (!best) break;
    segments.push(describe(best, found, { devices, judging, settings }));
    // What is named explains its devices: the next answer has to come from the others.
    rest = rest.filter((row) => !meetsAll((sample[row] as ExposedDevice).traits, best.conditions));
  }
  const { weight, alpha } = settings;
  const { size, failures } = weigh(devices, weight);
  return { segments, devices: Math.round(size), failures: Math.round(failures), candidates, alpha };
}

function partRows(sample: readonly ExposedDevice[], rows: readonly number[]): Rows {
  const { failed = [], sound = [] } = Object.groupBy(rows, (row) => (sample[row]?.failed ? 'failed' : 'sound'));
  return { failed, sound };
}

function usualOf({ usual, usualShare }: SegmentOptions): Judging['usual'] {
  return {
    share: usualShare,
    failures: usual.length,
    inside: (conditions) => usual.filter((traits) => meetsAll(traits, conditions)).length,
  };
}

function meetsAll(traits: ExposedDevice['traits'], conditions: readonly Condition[]): boolean {
  return conditions.every((condition) => meets(traits, condition));
}

interface Weighed {
  readonly size: number;
  readonly failures: number;
}

/** How many devices the given ones stand for, and how many of them failed. */
function weigh(devices: readonly ExposedDevice[], weight: SegmentOptions['weight']): Weighed {
  const failed = devices.reduce((sum, device) => sum + (device.failed ? 1 : 0), 0);
  const failures = failed * weight.failed;
  return { failures, size: failures + (devices.length - failed) * weight.sound };
}

interface Telling {
  readonly devices: readonly ExposedDevice[];
  readonly judging: Judging;
  readonly settings: SegmentOptions;
}

/** Puts the numbers of a segment together; support and rates are those of all devices given, not of a sample of them. */
function describe(best: Candidate, found: readonly Candidate[], telling: Telling): Segment {
  const { devices, judging, settings } = telling;
  const { candidates } = judging.bar;
  const members = devices.filter((device) => meetsAll(device.traits, best.conditions));
  const inside = weigh(members, settings.weight);
  const all = weigh(devices, settings.weight);
  const rateInside = inside.failures / inside.size;
  const outside = all.size - inside.size;
  const rateOutside = outside <= 0 ? 0 : (all.failures - inside.failures) / outside;
  return {
    conditions: best.conditions,
    expression: segmentExpression(best.conditions),
    devices: Math.round(inside.size),
    failures: Math.round(inside.failures),
    rateInside,
    rateOutside,
    lift: rateOutside === 0 ? null : rateInside / rateOutside,
    interval: intervalOf(members, judging, settings),
    chance: Math.min(1, Math.exp(best.logChance) * candidates),
    alike: found
      .filter((other) => other !== best && isAlike(judging, best, other))
      .slice(0, mostAlike)
      .map((other) => segmentExpression(other.conditions)),
  };
}

/** The interval of the rate among the given devices, carried over to those that they stand for by their odds. */
function intervalOf(
  members: readonly ExposedDevice[],
  { logs, bar }: Judging,
  { alpha, weight }: SegmentOptions,
): readonly [number, number] {
  const { failures, size } = weigh(members, { failed: 1, sound: 1 });
  const ends = rateInterval(logs, failures, size, alpha / bar.candidates);
  const carry = (rate: number) => (rate * weight.failed) / (rate * weight.failed + (1 - rate) * weight.sound);
  return [carry(ends[0]), carry(ends[1])];
}

const mostAlike = 5;
/** Share of the failures that two segments have in common when they may be one cause under two names. */
const alikeShare = 0.5;
/** So much of the log-likelihood may lie between them: the one is not 20 times as likely as the other. */
const alikeScore = 3;

/** Whether the data can hardly tell two segments apart: they hold the same failures and explain them about as well. */
function isAlike({ table }: Judging, best: Candidate, other: Candidate): boolean {
  const shared = countBoth(best.rows, other.rows, 0, table.failedWords);
  const either = best.split.insideFailures + other.split.insideFailures - shared;
  return shared >= alikeShare * either && best.score - other.score <= alikeScore;
}
