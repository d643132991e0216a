import type { Dice } from '../kernel/dice.ts';
import type { DeviceHabits, DevicePlan, FleetPlan } from '../world-plan.ts';

const minute = 60_000;

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];

/** A random fleet of 5 to 60 devices, small ones more often. */
export function randomDevices(dice: Dice, fleet: FleetPlan, durationMs: number): DevicePlan[] {
  const count = 5 + Math.floor(56 * dice.next() ** 2.5);
  const sites = dice.whole(1, 8);
  const manners = randomManners(dice);
  const bySelf = dice.chance(0.5);
  return Array.from({ length: count }, (_, index) => {
    const place: Record<string, string> = {};
    if (dice.chance(0.8)) place.site = `site-${dice.whole(0, sites - 1)}`;
    if (dice.chance(manners.paired)) place.pair = `pair-${index >> 1}`;
    if (dice.chance(0.5)) place['time-zone'] = dice.pick(zones);
    const ring = dice.pick(['a', 'b']);
    return {
      id: `d-${index}`,
      type: dice.pick(fleet.deviceTypes),
      hardwareRevision: dice.chance(0.9) ? dice.pick(['r1', 'r2', 'r3']) : undefined,
      // Some fleets are told where their devices stand, in others the devices know it.
      tags: bySelf ? { ring } : { ring, ...place },
      attributes: { locale: dice.pick(['de', 'en', 'hi']), ...(bySelf ? place : {}) },
      factoryCounter: 1,
      habits: randomHabits(dice, manners, { durationMs, intervalMs: fleet.checkInIntervalMs }),
    };
  });
}

/** What a fleet is like as a whole. */
interface Manners {
  readonly paired: number;
  readonly lossy: number;
  readonly odd: number;
  readonly cuts: number;
  /** Whether all are switched on at the same moment. */
  readonly together: boolean;
}

function randomManners(dice: Dice): Manners {
  return {
    paired: dice.pick([0, 0, 0.8]),
    lossy: dice.pick([0, 0.02, 0.15]),
    odd: dice.pick([0, 0.1, 0.5]),
    cuts: dice.pick([0, 0.5, 4]),
    together: dice.chance(0.3),
  };
}

function randomHabits(
  dice: Dice,
  manners: Manners,
  { durationMs, intervalMs }: { readonly durationMs: number; readonly intervalMs: number },
): DeviceHabits {
  const isOdd = () => dice.chance(manners.odd);
  return {
    startsAfterMs: startOf(dice, manners, { durationMs, intervalMs }),
    bootJitterMs: manners.together ? 500 : 30_000,
    downloadMs: dice.whole(10, 400) * 1_000,
    installMs: dice.whole(5, 120) * 1_000,
    rebootMs: dice.whole(5, 90) * 1_000,
    checkMs: dice.whole(5, 180) * 1_000,
    lossShare: manners.lossy,
    lateShare: isOdd() ? dice.pick([0.3, 1]) : 0,
    doubledShare: isOdd() ? 0.5 : 0,
    reorders: isOdd(),
    powerCutsPerDay: manners.cuts,
    darkAfterMs: isOdd() && dice.chance(0.3) ? Math.floor(dice.between(0, durationMs)) : undefined,
    clockSkewSeconds: isOdd() ? dice.pick([-1_000_000, 600, 86_400]) : 0,
    sluggish: isOdd() ? dice.pick([0.2, 5]) : 1,
    usedMs: isOdd() ? dice.whole(20, 180) * minute : 0,
    battery: isOdd(),
  };
}

function startOf(
  dice: Dice,
  { together }: Manners,
  { durationMs, intervalMs }: { readonly durationMs: number; readonly intervalMs: number },
): number {
  if (together) return 60_000 + dice.whole(0, 500);
  return Math.floor(dice.chance(0.1) ? dice.between(0, durationMs / 2) : dice.between(0, intervalMs));
}
