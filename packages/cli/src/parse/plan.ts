import { readFile } from 'node:fs/promises';
import { FettleError, limits, type PhasePlan, type RolloutPlan } from '@fettle/model';
import { parseDuration } from './duration.ts';
import { parsePhases, parseThreshold } from './phases.ts';

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

/** The plan as a file says it, or as the options do. A file and options together are refused: one must win. */
export async function readPlan(options: PlanOptions): Promise<RolloutPlan> {
  if (options.plan === undefined) return planFromOptions(options);
  const { plan: file, ...others } = options;
  const given = Object.keys(planDefaults).find((name) => Object.hasOwn(others, name));
  if (given) throw new FettleError('invalid-input', `Expected --plan or --${dashed(given)}, found both.`);
  const text = await readFile(file, 'utf8');
  if (text.length > limits.manageBodyBytes) throw new FettleError('too-large', `${file}: too large for a plan.`);
  try {
    // The server checks every field of a plan; here it only has to be JSON.
    return JSON.parse(text) as RolloutPlan;
  } catch (cause) {
    throw new FettleError('invalid-input', `${file}: expected a rollout plan as JSON.`, { cause });
  }
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
