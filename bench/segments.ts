import { findSegments } from '../packages/control/src/rollouts/segments/find-segments.ts';
import {
  drawPopulation,
  exposeUntilStopped,
  type FirstAnswer,
  firstAnswer,
} from '../packages/control/test/segment-fleet.ts';

const seeds = 200;
const fewerSeeds = 100;
const fleet = { devices: 50_000, share: 0.008 };

/**
 * How often the search names the pair of traits that a bug needs (0.8 % of 50,000 devices), first time it names
 * anything: a gate stops the rollout, the search runs, and where it names nothing a person resumes.
 */
export async function measureSegments(note: (text: string) => void): Promise<Record<string, number>> {
  note(`segments: ${seeds} fleets in which devices with two traits fail`);
  const always = await answers(seeds, 1);
  note(`segments: ${fewerSeeds} fleets in which every second of them fails`);
  const half = await answers(fewerSeeds, 0.5);
  note(`segments: ${fewerSeeds} fleets in which the release is bad for all alike`);
  const named = await count(fewerSeeds, namesSegmentOfNone);
  const exposed = sorted(always.map((answer) => answer.exposed));
  const held = sorted(always.map((answer) => answer.heldShare));
  return {
    'segments.top_share': share(always, (answer) => answer.isCulprit),
    'segments.top_or_alike_share': share(always, (answer) => answer.isNamed),
    'segments.top_at_first_stop_share': share(always, (answer) => answer.isCulprit && answer.stop === 1),
    'segments.top_share_half': share(half, (answer) => answer.isCulprit),
    'segments.false_share': named / fewerSeeds,
    'segments.held_share': quantile(held, 0.95),
    'segments.held_share_worst': held.at(-1) ?? 0,
    'segments.exposed_median': quantile(exposed, 0.5),
    'segments.exposed_p95': quantile(exposed, 0.95),
    'segments.search_ms': quantile(sorted(always.map((answer) => answer.searchMs)), 0.5),
    'segments.search_ms_worst': Math.max(...[...always, ...half].map((answer) => answer.searchMs)),
  };
}

async function answers(count: number, chance: number): Promise<FirstAnswer[]> {
  const all: FirstAnswer[] = [];
  for (let seed = 1; seed <= count; seed++) {
    all.push(firstAnswer(seed, { ...fleet, chance }, () => performance.now()));
    await new Promise(setImmediate);
  }
  return all;
}

/** Failures doubled for everybody, 4,000 devices: whatever is named is a false name. */
function namesSegmentOfNone(seed: number): boolean {
  const population = drawPopulation(seed, { ...fleet, devices: 4_000 });
  const [stopped] = exposeUntilStopped(population, { chance: 0, everywhere: 2 }, seed);
  return stopped !== undefined && findSegments(stopped.exposed, { usual: stopped.usual }).segments.length > 0;
}

async function count(seeds: number, holds: (seed: number) => boolean): Promise<number> {
  let found = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    if (holds(seed)) found++;
    await new Promise(setImmediate);
  }
  return found;
}

function share<T>(all: readonly T[], holds: (one: T) => boolean): number {
  return all.filter(holds).length / all.length;
}

function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b);
}

function quantile(numbers: readonly number[], at: number): number {
  return numbers[Math.min(numbers.length - 1, Math.floor(numbers.length * at))] ?? 0;
}
