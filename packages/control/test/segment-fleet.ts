import { type Condition, meets, type Traits } from '../src/rollouts/segments/condition.ts';
import { findSegments } from '../src/rollouts/segments/find-segments.ts';
import type { ExposedDevice } from '../src/rollouts/segments/sample.ts';
import { segmentExpression } from '../src/rollouts/segments/segment-expression.ts';

/**
 * A fleet as fleets are: traits hang together. Hardware decides modem, flash and boot loader, mostly; the region decides
 * locale, carrier and site, mostly; the week of making follows the hardware. Some of it makes devices fail more often,
 * release or not.
 */
export interface Population {
  readonly traits: readonly Traits[];
  /** The two conditions whose meeting the bug needs; their devices are 0.8 % of the fleet. */
  readonly culprit: readonly [Condition, Condition];
}

export type Random = () => number;

/** Numbers from 0 up to but not including 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = (seed * 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Weights = Readonly<Record<string, number>>;

function pick(random: Random, weights: Weights): string {
  let left = random();
  let last = '';
  for (const name in weights) {
    last = name;
    left -= weights[name] as number;
    if (left < 0) return name;
  }
  return last;
}

const regions: Weights = { us: 0.3, de: 0.17, uk: 0.13, fr: 0.11, jp: 0.09, br: 0.08, it: 0.06, nl: 0.04, pl: 0.02 };
const hardware: Weights = { A: 0.42, B: 0.34, D: 0.14, C: 0.1 };
const modems: Readonly<Record<string, Weights>> = {
  A: { q5: 0.75, s3: 0.25 },
  B: { q5: 0.5, s3: 0.5 },
  C: { q7: 0.88, s3: 0.12 },
  D: { none: 0.9, q7: 0.1 },
};
const flashes: Readonly<Record<string, Weights>> = {
  A: { micron: 0.5, winbond: 0.5 },
  B: { winbond: 0.8, micron: 0.2 },
  C: { macronix: 0.7, micron: 0.3 },
  D: { micron: 0.6, macronix: 0.4 },
};
const loaders: Readonly<Record<string, Weights>> = {
  A: { '2021.07': 0.7, '2022.10': 0.3 },
  B: { '2022.10': 0.8, '2023.04': 0.2 },
  C: { '2023.04': 0.85, '2024.01': 0.15 },
  D: { '2023.04': 0.4, '2024.01': 0.6 },
};
const firstWeek: Readonly<Record<string, number>> = { A: 0, B: 60, C: 120, D: 140 };

function drawTraits(random: Random, culprit: { region: string }): Record<string, string | number | boolean> {
  const hw = pick(random, hardware);
  const region = pick(random, regions);
  // Most people use the language of their country; the culprit's locale is also found elsewhere.
  const locale = random() < 0.9 ? region : pick(random, { en: 0.5, [culprit.region]: 0.1, es: 0.4 });
  const link = pick(random, hw === 'D' ? { ethernet: 0.9, wifi: 0.1 } : { wifi: 0.55, cellular: 0.3, ethernet: 0.15 });
  return {
    type: hw === 'D' || (hw === 'C' && random() < 0.2) ? 'board-b' : 'board-a',
    site: `${region}-${Math.floor(random() ** 2 * 40)}`,
    'attribute.hardware-revision': hw,
    'attribute.region': region,
    'attribute.locale': locale,
    'attribute.carrier': link === 'cellular' ? `${region}-${pick(random, { one: 0.6, two: 0.4 })}` : 'none',
    'attribute.link': link,
    'attribute.modem': pick(random, modems[hw] as Weights),
    'attribute.flash': pick(random, flashes[hw] as Weights),
    'attribute.boot-loader': pick(random, loaders[hw] as Weights),
    'attribute.memory-mb': hw === 'A' ? 256 : random() < 0.7 ? 512 : 1024,
    'attribute.made-in-week': (firstWeek[hw] as number) + Math.floor(random() * 70),
    'attribute.uptime-days': Math.floor(-Math.log(1 - random()) * 40),
    'tag.customer': `c${Math.floor(random() ** 3 * 60)}`,
    'tag.ring': pick(random, { stable: 0.9, early: 0.1 }),
    'version.rootfs': pick(
      random,
      link === 'cellular'
        ? { '1.4.0': 0.4, '1.3.2': 0.4, '1.2.0': 0.2 }
        : { '1.4.0': 0.8, '1.3.2': 0.15, '1.2.0': 0.05 },
    ),
  };
}

/** How often a device fails within the gate's time with any release, 1 % on the whole. */
export function backgroundRate(traits: Traits): number {
  const link = traits['attribute.link'] === 'cellular' ? 1.9 : 0.75;
  const age = traits['attribute.hardware-revision'] === 'A' ? 1.2 : 0.85;
  return 0.0097 * link * age;
}

/** Draws a fleet; which region is the culprit's half varies with the seed, and exactly `share` of the fleet has both. */
export function drawPopulation(seed: number, options: { devices: number; share: number }): Population {
  const random = seededRandom(seed);
  const region = ['jp', 'br', 'fr', 'it'][seed % 4] as string;
  const culprit: [Condition, Condition] = [
    { kind: 'is', trait: 'attribute.hardware-revision', value: 'C' },
    { kind: 'is', trait: 'attribute.locale', value: region },
  ];
  const wanted = Math.round(options.devices * options.share);
  const traits: Traits[] = [];
  let both = 0;
  while (traits.length < options.devices) {
    const drawn = drawTraits(random, { region });
    const hasBoth = drawn['attribute.hardware-revision'] === 'C' && drawn['attribute.locale'] === region;
    // The share is given: too many are drawn again, missing ones are made at the end.
    if (hasBoth && both === wanted) continue;
    if (!hasBoth && options.devices - traits.length <= wanted - both) continue;
    if (hasBoth) both++;
    traits.push(drawn);
  }
  shuffle(traits, random);
  return { traits, culprit };
}

function shuffle<T>(list: T[], random: Random): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j] as T, list[i] as T];
  }
}

export interface Bug {
  /** Chance that a device with both halves fails; 0 to 1. */
  readonly chance: number;
  /** How many times as often every device fails: a bad release without any segment. */
  readonly everywhere: number;
}

const pacePerMinute = 10;
const minutesToShow = 30;
const controls = 10;
const ratios = [1.5, 2, 3, 4, 6, 10, 20, 50];

/** Who was exposed when the gate stopped, and who failed meanwhile among those held back. */
export interface Exposure {
  readonly exposed: readonly ExposedDevice[];
  readonly usual: readonly Traits[];
}

interface Event {
  readonly at: number;
  readonly isTreated: boolean;
}

/**
 * Exposes a fleet as a canary does, in the order of its buckets, and gives back who was exposed each time a gate stopped
 * it: ten starts a minute, a failure shows up to half an hour after the start, ten held-back devices are watched beside
 * each exposed one, and the gate bets on every failure as it comes. What has started when it stops runs to its end.
 * Whoever asks for more resumes: the gate begins anew with the devices that come then. Ends when nobody is left.
 */
export function* exposeUntilStopped(population: Population, bug: Bug, seed: number): Generator<Exposure> {
  const random = seededRandom(seed ^ 0x5eed);
  const { traits, culprit } = population;
  const exposed: ExposedDevice[] = [];
  const usual: Traits[] = [];
  while (exposed.length < traits.length) {
    const gate = createBet();
    const coming: Event[] = [];
    for (let stopped = false; !stopped && exposed.length < traits.length; ) {
      const row = exposed.length;
      const one = traits[row] as Traits;
      const start = row / pacePerMinute;
      const shows = () => start + random() * minutesToShow;
      const hit = culprit.every((condition) => meets(one, condition)) && random() < bug.chance;
      const failed = hit || random() < backgroundRate(one) * bug.everywhere;
      exposed.push({ id: `dev-${row}`, traits: one, failed });
      if (failed) coming.push({ at: shows(), isTreated: true });
      for (let i = 0; i < controls; i++) {
        const other = traits[Math.floor(random() * traits.length)] as Traits;
        if (random() >= backgroundRate(other)) continue;
        coming.push({ at: shows(), isTreated: false });
        usual.push(other);
      }
      coming.sort((a, b) => b.at - a.at);
      while (!stopped && (coming.at(-1)?.at ?? Number.POSITIVE_INFINITY) <= start) {
        stopped = gate((coming.pop() as Event).isTreated) >= 20;
      }
    }
    yield { exposed: exposed.slice(), usual: usual.slice() };
  }
}

/** A gate that bets on each failure: treated side or control; gives its E value after each. */
function createBet(): (isTreated: boolean) => number {
  const logs = ratios.map(() => 0);
  return (isTreated) => {
    let sum = 0;
    for (const [i, ratio] of ratios.entries()) {
      logs[i] = (logs[i] as number) + Math.log(((1 + controls) * (isTreated ? ratio : 1)) / (ratio + controls));
      sum += Math.exp(logs[i] as number);
    }
    return sum / ratios.length;
  };
}

/** What a search says of a bug that needs two traits, the first time that it names anything. */
export interface FirstAnswer {
  readonly isCulprit: boolean;
  /** Whether the pair is the answer or another name for it. */
  readonly isNamed: boolean;
  /** Which stop of the gate it was, from 1: at earlier ones nothing could be named and a person resumed. */
  readonly stop: number;
  readonly exposed: number;
  /** Share of the fleet that a hold on the answer covers. */
  readonly heldShare: number;
  /** Milliseconds of the search. */
  readonly searchMs: number;
}

/**
 * Exposes a fleet until a gate stops it, searches, and goes on where nothing is named.
 * @param clock milliseconds, for `searchMs`
 */
export function firstAnswer(
  seed: number,
  fleet: { readonly devices: number; readonly share: number; readonly chance: number },
  clock: () => number = () => 0,
): FirstAnswer {
  const population = drawPopulation(seed, fleet);
  const wanted = segmentExpression(population.culprit);
  let stop = 0;
  let searchMs = 0;
  let exposedDevices = 0;
  for (const { exposed, usual } of exposeUntilStopped(population, { chance: fleet.chance, everywhere: 1 }, seed)) {
    stop++;
    const from = clock();
    const [segment] = findSegments(exposed, { usual }).segments;
    searchMs = Math.max(searchMs, clock() - from);
    exposedDevices = exposed.length;
    if (!segment) continue;
    const held = population.traits.filter((traits) => segment.conditions.every((one) => meets(traits, one)));
    return {
      isCulprit: segment.expression === wanted,
      isNamed: [segment.expression, ...segment.alike].includes(wanted),
      stop,
      exposed: exposedDevices,
      heldShare: held.length / population.traits.length,
      searchMs,
    };
  }
  return { isCulprit: false, isNamed: false, stop, exposed: exposedDevices, heldShare: 0, searchMs };
}
