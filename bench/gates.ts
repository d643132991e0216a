import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { noCounts, type Phase } from '@fettle/model';
import { judgePhase } from '../packages/control/src/rollouts/gate.ts';
import { createRandom } from '../packages/simulator/src/fleet/random.ts';
import type { Ending } from './gates-rollout.ts';
import { harmless, type ScenarioName, scenarios } from './gates-scenarios.ts';
import type { Portion } from './gates-worker.ts';

const rollouts = 2_000;
const portion = 50;
const workers = 2;

type Endings = Readonly<Record<ScenarioName, readonly Ending[]>>;

/**
 * Thousands of pretend rollouts through the real gate: how often it stops what is good, how soon what is bad.
 * @param note told what goes on
 */
export async function measureGates(note: (text: string) => void): Promise<Record<string, number>> {
  note(`gates: ${Object.keys(scenarios).length} × ${rollouts} pretend rollouts`);
  const endings = await runAll(note);
  const figures = figuresOf(endings);
  note(`gates: a fixed 5 % over ${rollouts} pretend phases`);
  return { ...figures, 'gates.fixed5_stopped_share_1_4': fixedStoppedShare(rollouts) };
}

/** The figures of some endings, however many there are. */
export function figuresOf(endings: Endings): Record<string, number> {
  const stopped = (name: ScenarioName) => endings[name].filter((ending) => ending.stopped);
  const share = (name: ScenarioName) => stopped(name).length / endings[name].length;
  const started = (name: ScenarioName, part: number) => quantile(endings[name], part);
  const figures: Record<string, number> = {
    'gates.false_stop_share': Math.max(...harmless.map(share)),
    // The worse of the two ways in which a release can be bad.
    'gates.stopped_share_1_4': Math.min(share('health-1-4'), share('install-1-4')),
    'gates.median_started_1_4': Math.max(started('health-1-4', 0.5), started('install-1-4', 0.5)),
    'gates.p95_started_1_4': Math.max(started('health-1-4', 0.95), started('install-1-4', 0.95)),
  };
  for (const name of harmless) {
    figures[`gates.false_stop_share.${name}`] = share(name);
    figures[`gates.asked_share.${name}`] = endings[name].filter((ending) => ending.asked).length / endings[name].length;
  }
  for (const way of ['health', 'install'] as const) {
    for (const effect of ['1-2', '1-4', '1-10'] as const) {
      figures[`gates.${way}_started_${effect.replace('-', '_')}`] = started(`${way}-${effect}`, 0.5);
      figures[`gates.${way}_at_once_${effect.replace('-', '_')}`] = started(`${way}-${effect}-at-once`, 0.5);
    }
  }
  return figures;
}

/** Devices started when the gate stops; a rollout that is not stopped counts as endless. */
function quantile(endings: readonly Ending[], part: number): number {
  const sorted = endings
    .map((ending) => (ending.stopped ? ending.started : Number.POSITIVE_INFINITY))
    .sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * part)] ?? Number.POSITIVE_INFINITY;
}

/** A fixed 5 % of the first phase, 1 % of 100,000 devices, asked after every result of a release that breaks 4 %. */
export function fixedStoppedShare(count: number): number {
  const members = 1_000;
  const phase = { members, failureThreshold: { share: 0.05 }, successShare: 0.9, forgivenFailures: 0 } as Phase;
  let stopped = 0;
  for (let seed = 0; seed < count; seed++) {
    const random = createRandom('fixed', seed);
    let failed = 0;
    for (let started = 1; started <= members; started++) {
      if (random.next() >= 0.04) continue;
      failed++;
      const counts = { ...noCounts, started, failed, succeeded: started - failed };
      if (judgePhase(phase, counts, 0).verdict !== 'fail') continue;
      stopped++;
      break;
    }
  }
  return stopped / count;
}

async function runAll(note: (text: string) => void): Promise<Endings> {
  const endings = Object.fromEntries(Object.keys(scenarios).map((name) => [name, []])) as unknown as Record<
    ScenarioName,
    Ending[]
  >;
  const todo: Portion[] = [];
  for (const scenario of Object.keys(scenarios) as ScenarioName[]) {
    for (let from = 0; from < rollouts; from += portion) todo.push({ scenario, from, until: from + portion });
  }
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const worker = new Worker(new URL('gates-worker.ts', import.meta.url));
      try {
        for (let next = todo.shift(); next; next = todo.shift()) {
          endings[next.scenario].push(...(await ask(worker, next)));
          if (next.until === rollouts) note(`gates: ${next.scenario} done`);
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
  return endings;
}

async function ask(worker: Worker, order: Portion): Promise<readonly Ending[]> {
  worker.postMessage(order);
  const [endings] = await once(worker, 'message');
  return endings;
}
