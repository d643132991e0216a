import { presetPlan } from '@fettle/model';
import type { Scenario } from './gates-rollout.ts';

const safePlan = presetPlan('safe', 100_000);

/** The gate of the preset `safe`, without the hard stop: what is measured is the test. */
export const plan = { ...sequential(safePlan.policy.gate), hardStop: 0 };

/** The plan of the preset `safe` in a fleet of 100,000: ten starts a minute at first, each watched for 30 minutes. */
const safe: Scenario = {
  fleet: 100_000,
  plan: safePlan,
  mostDevices: 5_000,
  lookEvery: 1,
  installShare: 0.01,
  installFailsAfter: 2,
  commitsAfter: 3,
  healthShare: 0.01,
  baseShare: 0.01,
  watched: 30,
  failsWithin: 30,
  outage: null,
  controlsPerDevice: null,
};

/** As the tables of needs 5.5 and 5.6: what is wrong shows at once, and one device starts after another. */
const atOnce: Scenario = {
  ...safe,
  plan: null,
  mostDevices: 10_000,
  lookEvery: 20,
  installFailsAfter: 0,
  commitsAfter: 0,
  watched: 1,
  failsWithin: 1,
  controlsPerDevice: 30,
};

export const scenarios = {
  'no-regression': safe,
  'shared-outage': { ...safe, outage: { factor: 5, devices: 300 } },
  'early-failures': { ...safe, installShare: 0, failsWithin: 2 },
  'health-1-2': { ...safe, healthShare: 0.02 },
  'health-1-4': { ...safe, healthShare: 0.04 },
  'health-1-10': { ...safe, healthShare: 0.1 },
  'install-1-2': { ...safe, installShare: 0.02 },
  'install-1-4': { ...safe, installShare: 0.04 },
  'install-1-10': { ...safe, installShare: 0.1 },
  'health-1-2-at-once': { ...atOnce, healthShare: 0.02 },
  'health-1-4-at-once': { ...atOnce, healthShare: 0.04 },
  'health-1-10-at-once': { ...atOnce, healthShare: 0.1 },
  'install-1-2-at-once': { ...atOnce, installShare: 0.02 },
  'install-1-4-at-once': { ...atOnce, installShare: 0.04 },
  'install-1-10-at-once': { ...atOnce, installShare: 0.1 },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;

/** Scenarios in which nothing is wrong with the release. */
export const harmless: readonly ScenarioName[] = ['no-regression', 'shared-outage', 'early-failures'];

function sequential(gate: typeof safePlan.policy.gate) {
  if (gate.kind !== 'sequential') throw new Error('The preset safe has no sequential gate.');
  return gate;
}
