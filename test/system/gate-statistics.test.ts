import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresOf, fixedStoppedShare } from '../../bench/gates.ts';
import type { Ending } from '../../bench/gates-rollout.ts';
import { harmless, type ScenarioName, scenarios } from '../../bench/gates-scenarios.ts';
import { runPortion } from '../../bench/gates-worker.ts';

const rollouts = 100;
const names = Object.keys(scenarios) as ScenarioName[];

/** The bench part `gates` with fewer rollouts: its limits, and room for chance. */
test('the gate stops what is bad and hardly ever what is good', () => {
  const endings = Object.fromEntries(
    names.map((scenario) => [scenario, runPortion({ scenario, from: 0, until: rollouts })]),
  ) as unknown as Record<ScenarioName, readonly Ending[]>;
  const figures = figuresOf(endings);
  const figure = (name: string) => figures[`gates.${name}`] ?? Number.NaN;
  for (const name of harmless) {
    const share = figure(`false_stop_share.${name}`);
    assert.ok(share <= 0.05 + 3 * Math.sqrt((0.05 * 0.95) / rollouts), `${name}: ${share} stopped`);
  }
  assert.ok(figure('stopped_share_1_4') >= 0.95);
  assert.ok(figure('median_started_1_4') <= 400);
  // Medians of needs 5.5 (installations) and 5.6 with 30 controls (health): at most 1.25 times, and room for chance.
  const medians = { install: [857, 124, 25], health: [920, 132, 28] } as const;
  for (const way of ['install', 'health'] as const) {
    for (const [index, effect] of (['1_2', '1_4', '1_10'] as const).entries()) {
      const started = figure(`${way}_at_once_${effect}`);
      assert.ok(started <= (medians[way][index] ?? 0) * 1.25 * 1.3, `${way} ${effect}: ${started}`);
    }
  }
});

test('the same seed ends in the same way', () => {
  const portion = { scenario: 'health-1-4', from: 7, until: 9 } as const;
  assert.deepEqual(runPortion(portion), runPortion(portion));
});

test('a fixed 5 % mostly lets a release through that breaks 4 % of the devices', () => {
  assert.ok(fixedStoppedShare(300) < 0.15);
});
