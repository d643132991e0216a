import type { Dice } from '../kernel/dice.ts';
import type { Chances, ReleasePlan } from '../world-plan.ts';

/** What left the factory, and two newer ones that some devices cannot take and that fail on some. */
export function randomReleases(dice: Dice, types: readonly string[]): ReleasePlan[] {
  return [1, 2, 3].map((counter) => {
    const fitting = types.filter(() => counter === 1 || dice.chance(0.9));
    const hardware = () => (counter > 1 && dice.chance(0.2) ? ['r1', 'r2'] : []);
    return {
      version: `${counter}.0.0`,
      counter,
      types: Object.fromEntries((fitting.length > 0 ? fitting : types).map((type) => [type, hardware()])),
      sizeBytes: dice.whole(1, 50) * 1_000_000,
      allowDowngrade: dice.chance(0.5),
      mustPassThrough: counter === 2 && dice.chance(0.15),
      truth: {
        ...randomChances(dice),
        segments: dice.chance(0.2)
          ? [{ attribute: 'locale', value: 'hi', chances: { ...noChances, rollsBack: dice.between(0.2, 1) } }]
          : [],
      },
    };
  });
}

const noChances: Chances = { failsTransiently: 0, fails: 0, rollsBack: 0, hangs: 0, revertsLater: 0 };

function randomChances(dice: Dice): Chances {
  const rate = () => dice.pick([0, 0, 0.02, 0.15]);
  return { failsTransiently: rate(), fails: rate(), rollsBack: rate(), hangs: rate() / 3, revertsLater: rate() };
}
