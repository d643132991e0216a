import { createDice, type Dice } from '../kernel/dice.ts';
import type { Act, Fault, FleetPlan, WorldPlan } from '../world-plan.ts';
import { randomDevices } from './random-devices.ts';
import { randomReleases } from './random-releases.ts';
import { randomRollouts } from './random-rollouts.ts';

const minute = 60_000;
const hour = 60 * minute;
const year = 365 * 24 * hour;
/** 1 January 2027: worlds begin somewhere in this year, so that some see clocks change. */
const yearStart = Date.UTC(2027, 0, 1);

/** A world with a random fleet, random plans and random faults: a function of the seed. */
export function randomWorld(seed: string, options: { readonly replicas: number }): WorldPlan {
  const dice = createDice(seed, 'world');
  const durationMs = dice.whole(3, 8) * hour;
  const startAt = yearStart + Math.floor(dice.between(0, year) / minute) * minute;
  const fleet = randomFleet(dice, { startAt, durationMs });
  const devices = randomDevices(dice, fleet, durationMs);
  const releases = randomReleases(dice, fleet.deviceTypes);
  const rollouts = randomRollouts(dice, { releases, fleet, startAt, durationMs, devices: devices.length });
  return {
    seed,
    startAt,
    durationMs,
    fleet,
    releases,
    devices,
    rollouts,
    acts: randomActs(dice, { durationMs, rollouts: rollouts.length, devices: devices.map(({ id }) => id) }),
    faults: randomFaults(dice, { durationMs, replicas: options.replicas }),
    replicas: options.replicas,
    tickEveryMs: dice.pick([minute, 2 * minute, 5 * minute]),
    storeDelayMs: dice.pick([0, 5, 50, 1_500]),
  };
}

function randomFleet(dice: Dice, { startAt, durationMs }: { startAt: number; durationMs: number }): FleetPlan {
  const from = startAt + Math.floor(dice.between(0, durationMs));
  const freeze = { name: 'holidays', from, until: from + dice.whole(30, 240) * minute, reason: 'nobody is there' };
  return {
    deviceTypes: ['board-a', 'board-b', 'board-c'].slice(0, dice.whole(1, 3)),
    checkInIntervalMs: dice.pick([5, 15, 30, 60]) * minute,
    freezes: dice.chance(0.15) ? [freeze] : [],
    groups: [
      { name: 'ring-a', tag: 'ring', value: 'a' },
      { name: 'ring-b', tag: 'ring', value: 'b' },
    ],
  };
}

interface ActsAbout {
  readonly durationMs: number;
  readonly rollouts: number;
  readonly devices: readonly string[];
}

function randomActs(dice: Dice, { durationMs, rollouts, devices }: ActsAbout): Act[] {
  const acts: Act[] = [];
  const at = () => Math.floor(dice.between(0.05, 0.95) * durationMs);
  for (let rollout = 0; rollout < rollouts; rollout++) {
    if (dice.chance(0.25)) {
      const afterMs = at();
      acts.push({ afterMs, kind: 'pause', rollout });
      if (dice.chance(0.8)) acts.push({ afterMs: afterMs + dice.whole(1, 90) * minute, kind: 'resume', rollout });
    }
    for (let times = dice.whole(0, 2); times > 0; times--) acts.push({ afterMs: at(), kind: 'promote', rollout });
    if (dice.chance(0.2)) {
      const afterMs = at();
      acts.push({ afterMs, kind: 'abort', rollout });
      if (dice.chance(0.5)) acts.push({ afterMs: afterMs + 5 * minute, kind: 'send-back', rollout });
    }
  }
  if (dice.chance(0.1)) acts.push({ afterMs: at(), kind: 'revoke', version: `${dice.whole(2, 3)}.0.0` });
  if (dice.chance(0.2)) acts.push({ afterMs: at(), kind: 'raise-floor', floor: dice.whole(2, 3) });
  if (dice.chance(0.1)) acts.push({ afterMs: at(), kind: 'freeze', forMs: dice.whole(20, 120) * minute });
  if (dice.chance(0.2)) {
    const device = dice.pick(devices);
    const afterMs = at();
    acts.push({ afterMs, kind: 'quarantine', device });
    if (dice.chance(0.5)) acts.push({ afterMs: afterMs + dice.whole(1, 60) * minute, kind: 'accept', device });
  }
  return acts;
}

function randomFaults(dice: Dice, { durationMs, replicas }: { durationMs: number; replicas: number }): Fault[] {
  const faults: Fault[] = [];
  const lull = (most: number) => {
    const afterMs = Math.floor(dice.between(0, 0.8) * durationMs);
    return { afterMs, forMs: Math.min(Math.ceil(dice.between(0, most)) + 1_000, durationMs - afterMs) };
  };
  const replica = () => dice.whole(0, replicas - 1);
  for (let kills = dice.whole(0, 4); kills > 0; kills--) {
    faults.push({ ...lull(10 * minute), kind: 'kill', replica: replica() });
  }
  for (let stalls = dice.whole(0, 3); stalls > 0; stalls--) faults.push({ ...lull(3 * minute), kind: 'stall' });
  if (dice.chance(0.2)) faults.push({ ...lull(10 * minute), kind: 'blackout' });
  if (dice.chance(0.3)) faults.push({ ...lull(20 * minute), kind: 'cut-off', replica: replica() });
  if (dice.chance(0.3)) faults.push({ ...lull(30 * minute), kind: 'deaf', replica: replica() });
  if (dice.chance(0.3)) faults.push({ ...lull(30 * minute), kind: 'broken-connections', replica: replica() });
  if (dice.chance(0.2)) {
    const skewMs = Math.round(dice.between(-2, 2) * hour);
    faults.push({ ...lull(2 * hour), kind: 'clock', replica: replica(), skewMs });
  }
  return faults;
}
