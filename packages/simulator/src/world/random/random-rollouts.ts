import type { MaintenanceWindow, PhasePlan, PhaseSize } from '@fettle/model';
import type { Dice } from '../kernel/dice.ts';
import type { FleetPlan, ReleasePlan, RolloutStart } from '../world-plan.ts';

const minute = 60_000;
const hour = 60 * minute;

interface About {
  readonly releases: readonly ReleasePlan[];
  readonly fleet: FleetPlan;
  readonly startAt: number;
  readonly durationMs: number;
  readonly devices: number;
}

/** One or two rollouts with plans of every kind. */
export function randomRollouts(dice: Dice, about: About): RolloutStart[] {
  const count = dice.chance(0.35) ? 2 : 1;
  return Array.from({ length: count }, (_, index) => ({
    afterMs: index === 0 && dice.chance(0.4) ? 1_000 : Math.floor(dice.between(0, 0.4) * about.durationMs),
    version: index === 0 ? '2.0.0' : dice.pick(['2.0.0', '3.0.0']),
    group: dice.chance(0.75) ? 'all' : dice.pick(about.fleet.groups).name,
    plan: {
      phases: randomPhases(dice, about.devices),
      onFail: dice.pick(['pause', 'abort']),
      maxAttempts: dice.whole(1, 4),
      retryBackoffMs: dice.pick([minute, 10 * minute, hour]),
      policy: randomPolicy(dice, about),
    },
    start: true,
    reason: 'a plan says so',
  }));
}

function randomPhases(dice: Dice, devices: number): PhasePlan[] {
  const count = dice.whole(1, 3);
  return Array.from({ length: count }, (_, index) => {
    const isLast = index === count - 1;
    return {
      name: `phase-${index}`,
      size: isLast && dice.chance(0.8) ? { share: 1 } : randomSize(dice, { index, count, devices }),
      maxInFlight: dice.chance(0.5) ? dice.whole(1, 5) : dice.whole(5, 60),
      failureThreshold: dice.chance(0.5) ? { share: dice.pick([0.1, 0.3, 0.9]) } : { count: dice.whole(0, 8) },
      successShare: dice.pick([0.2, 0.5, 0.9]),
      minSoakMs: dice.pick([0, 5 * minute, 30 * minute]),
      promote: dice.chance(0.8) ? 'automatic' : 'manual',
    };
  });
}

/** Phases are cumulative, so each reaches further than the one before. */
function randomSize(
  dice: Dice,
  { index, count, devices }: { readonly index: number; readonly count: number; readonly devices: number },
): PhaseSize {
  const low = index / count;
  if (dice.chance(0.5)) return { share: Math.min(1, low + dice.between(0.05, 0.95) / count) };
  return { count: Math.max(index + 1, Math.floor(devices * (low + 0.5 / count))) + index };
}

function randomPolicy(dice: Dice, { startAt, durationMs }: About): NonNullable<RolloutStart['plan']['policy']> {
  const maybe = <T>(probability: number, value: () => T): T | null => (dice.chance(probability) ? value() : null);
  return {
    priority: dice.pick([0, 0, 10]),
    startAt: maybe(0.15, () => startAt + Math.floor(dice.between(0, 0.4) * durationMs)),
    endAt: maybe(0.15, () => startAt + Math.floor(dice.between(0.5, 1) * durationMs)),
    windows: dice.chance(0.25) ? [randomWindow(dice)] : [],
    ignoreFreezes: dice.chance(0.3),
    rate: maybe(0.2, () => ({ kind: 'constant' as const, perMinute: dice.pick([0.2, 1, 10]) })),
    budgets: {
      unproven: maybe(0.4, () => dice.whole(1, 12)),
      perSite: maybe(0.4, () => dice.whole(1, 3)),
      onePerPair: dice.chance(0.9),
      bytesPerHour: maybe(0.15, () => dice.whole(20, 400) * 1_000_000),
    },
    demands: {
      notInUse: dice.chance(0.8),
      minBatteryPercent: maybe(0.3, () => 50),
      mainsPower: dice.chance(0.1),
    },
    gate: dice.chance(0.7) ? { kind: 'fixed' as const } : { kind: 'sequential' as const, observeMs: 10 * minute },
    rollBackOnFail: dice.chance(0.3),
  };
}

function randomWindow(dice: Dice): MaintenanceWindow {
  const cron = `${dice.whole(0, 59)} ${dice.whole(0, 23)} * * ${dice.pick(['*', '1-5'])}`;
  const zone = dice.pick(['site', 'UTC', 'Europe/Berlin']);
  return { cron, durationMs: dice.whole(1, 10) * hour, zone };
}
