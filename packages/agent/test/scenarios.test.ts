import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge, judgeStaysAfterPowerCycle } from './judge.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenario-table.ts';
import { image, World } from './world.ts';

describe('scenarios: state × fault', () => {
  test('the table has at least 60 rows and no name twice', () => {
    assert.ok(scenarios.length >= 60, `${scenarios.length} rows`);
    assert.equal(new Set(scenarios.map(({ name }) => name)).size, scenarios.length);
  });
  for (const scenario of scenarios) test(scenario.name, () => play(scenario));
});

async function play({ options, behaviour = 'good', offer, arrange, expected }: Scenario): Promise<void> {
  const world = new World(options, image('2.0.0', 2, behaviour));
  const offered = typeof offer === 'function' ? offer(world) : (offer ?? {});
  await world.server.offer(world.next, offered);
  await arrange?.(world);

  const end = await world.run();

  assert.equal(end, 'settled', world.lines.slice(-25).join(''));
  judge(world, expected);
  judgeStaysAfterPowerCycle(world);
}
