import type { RolloutPlanView } from '@fettle/api';
import {
  defaultPolicy,
  FettleError,
  type PhasePlan,
  type PresetName,
  presetNames,
  presetPlan,
  type RolloutPlan,
} from '@fettle/model';
import { parseDuration } from './duration.ts';
import { parsePhases, parseThreshold } from './phases.ts';
import { toWire } from './plan-wire.ts';

/** Options of `rollout start` that make a plan. */
export interface PlanOptions {
  readonly phases?: string;
  readonly maxInFlight?: string;
  readonly soak?: string;
  readonly maxFailures?: string;
  readonly minSuccess?: string;
  readonly onFail?: 'abort' | 'pause';
  readonly manual?: boolean;
  readonly attempts?: string;
  readonly retryAfter?: string;
  readonly preset?: string;
  readonly plan?: string;
}

/** Careful on purpose: a small canary, a look at each phase, and stop by itself. */
export const planDefaults = {
  phases: '5%,25%,100%',
  maxInFlight: '100',
  soak: '10m',
  maxFailures: '5%',
  minSuccess: '90%',
  onFail: 'abort',
  attempts: '3',
  retryAfter: '5m',
} as const;

/**
 * The plan as a file says it, a preset, or the options; complete, as the API takes it. Two of them are refused: one
 * must win.
 * @param devices for how many it is, where that is known: presets are fitted to it
 */
export async function readPlan(options: PlanOptions, devices?: number): Promise<RolloutPlanView> {
  const { plan: file, preset, ...others } = options;
  const [first, second] = [
    ...(file === undefined ? [] : ['--plan']),
    ...(preset === undefined ? [] : ['--preset']),
    ...Object.keys(planDefaults)
      .filter((name) => Object.hasOwn(others, name))
      .map((name) => `--${dashed(name)}`),
  ];
  if ((file !== undefined || preset !== undefined) && second !== undefined) {
    throw new FettleError('invalid-input', `Expected ${first} or ${second}, found both.`, {
      details: { next: 'write `preset: NAME` and what differs into a plan file' },
    });
  }
  if (file !== undefined) {
    // Most commands read no plan: they do not wait until the reader of YAML is loaded.
    const { readPlanFile } = await import('./plan-file.ts');
    return readPlanFile(file, devices);
  }
  return toWire(preset === undefined ? planFromOptions(options) : presetPlan(presetName(preset), devices));
}

function presetName(text: string): PresetName {
  const name = presetNames.find((known) => known === text);
  if (name) return name;
  throw new FettleError('invalid-input', `--preset: expected ${presetNames.join(', ')}, found "${text}".`);
}

/** Phases get their names from their place: the first of several is the canary. */
export function planFromOptions(options: PlanOptions): RolloutPlan {
  const chosen = { ...planDefaults, ...options };
  const sizes = parsePhases(chosen.phases);
  const common = {
    maxInFlight: wholeNumber(chosen.maxInFlight, '--max-in-flight'),
    failureThreshold: parseThreshold(chosen.maxFailures),
    successShare: parseShare(chosen.minSuccess, '--min-success'),
    minSoakMs: parseDuration(chosen.soak, '--soak'),
    promote: options.manual ? ('manual' as const) : ('automatic' as const),
  };
  const phases: PhasePlan[] = sizes.map((size, place) => ({ name: phaseName(place, sizes.length), size, ...common }));
  return {
    phases,
    onFail: chosen.onFail,
    maxAttempts: wholeNumber(chosen.attempts, '--attempts'),
    retryBackoffMs: parseDuration(chosen.retryAfter, '--retry-after'),
    policy: defaultPolicy,
  };
}

export function wholeNumber(text: string, option: string, least = 1): number {
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && value >= least) return value;
  throw new FettleError('invalid-input', `${option}: expected a whole number of ${least} or more, found "${text}".`);
}

function parseShare(text: string, option: string): number {
  const match = /^(\d{1,3}(?:\.\d{1,4})?)\s*%$/.exec(text.trim());
  const share = match ? Number(match[1]) / 100 : Number.NaN;
  if (share >= 0 && share <= 1) return share;
  throw new FettleError('invalid-input', `${option}: expected a share such as 90%, found "${text}".`);
}

function phaseName(place: number, all: number): string {
  if (place === 0 && all > 1) return 'canary';
  return place === all - 1 ? 'all' : `phase-${place + 1}`;
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
