import { FettleError } from '@fettle/model';
import { type Blueprint, usualBlueprint } from './blueprint.ts';
import type { FleetShares } from './drill-device.ts';
import type { Rotatable } from './rotations.ts';

export interface DrillOptions {
  /** In the order in which they are rotated, at equal distances. */
  readonly keys: readonly Rotatable[];
  readonly devices: number;
  readonly days: number;
  readonly shares: FleetShares;
  /** Officers of a rotated root who lost their keys before. */
  readonly lost: number;
  readonly seed: string;
  readonly blueprint: Blueprint;
}

export const usualOptions: Omit<DrillOptions, 'keys'> = {
  devices: 1_000,
  days: 400,
  shares: { laggards: 0.1, at1970: 0.05, at2099: 0.01, jumping: 0.01 },
  lost: 0,
  seed: '1',
  blueprint: usualBlueprint,
};

/** @throws FettleError `invalid-input` */
export function checkOptions({ keys, devices, days, shares, lost }: DrillOptions): void {
  if (keys.length < 1 || keys.length > 20) fail(`1 to 20 keys to rotate, found ${keys.length}`);
  if (!Number.isInteger(devices) || devices < 1 || devices > 100_000) fail(`1 to 100000 devices, found ${devices}`);
  if (!Number.isInteger(days) || days <= keys.length || days > 3_650) {
    fail(`more days than rotations and at most 3650, found ${days}`);
  }
  if (!Number.isInteger(lost) || lost < 0 || lost > 64) fail(`0 to 64 lost keys, found ${lost}`);
  const { laggards, ...clocks } = shares;
  const wrong = Object.values(clocks).reduce((sum, share) => sum + share, 0);
  const isShare = (share: number) => share >= 0 && share <= 1;
  if (![laggards, wrong, ...Object.values(clocks)].every(isShare)) fail('shares of the fleet from 0 to 1 in all');
}

function fail(what: string): never {
  throw new FettleError('invalid-input', `Expected ${what}.`);
}
