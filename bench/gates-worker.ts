import { parentPort } from 'node:worker_threads';
import { createRandom } from '../packages/simulator/src/fleet/random.ts';
import { type Ending, runRollout } from './gates-rollout.ts';
import { plan, type ScenarioName, scenarios } from './gates-scenarios.ts';

/** Some rollouts of one scenario, by their seeds. */
export interface Portion {
  readonly scenario: ScenarioName;
  readonly from: number;
  readonly until: number;
}

export function runPortion({ scenario, from, until }: Portion): readonly Ending[] {
  const endings: Ending[] = [];
  for (let seed = from; seed < until; seed++) {
    const random = createRandom('gates', scenario, seed);
    endings.push(runRollout(plan, scenarios[scenario], () => random.next()));
  }
  return endings;
}

parentPort?.on('message', (portion: Portion) => parentPort?.postMessage(runPortion(portion)));
