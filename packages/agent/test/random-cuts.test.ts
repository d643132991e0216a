import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Behaviour } from './fake-board.ts';
import type { Cut } from './faulty-disk.ts';
import { judgeSafety, judgeStaysAfterPowerCycle } from './judge.ts';
import { seeded } from './seeded.ts';
import { image, World } from './world.ts';

const moments: readonly Cut['when'][] = ['before', 'during', 'after'];

describe('seeded random power cuts over whole updates, back and forth', () => {
  const seeds = 320;
  test(`${seeds} devices, several updates and cuts each: none unbootable, no wrong image, no false report`, async () => {
    const seen = { cuts: 0, succeeded: 0, rolledBack: 0, other: 0 };
    for (let seed = 1; seed <= seeds; seed++) {
      try {
        await live(seed, seen);
      } catch (cause) {
        throw new Error(`seed ${seed}`, { cause });
      }
    }
    // The run is worth something only if it really cut, went forward and came back.
    assert.ok(seen.cuts >= 300, JSON.stringify(seen));
    assert.ok(seen.succeeded >= 300 && seen.rolledBack >= 150, JSON.stringify(seen));
    assert.equal(seen.other, 0, JSON.stringify(seen));
  });
});

const behaviours: readonly Behaviour[] = ['good', 'good', 'health-fails', 'boot-fails'];

async function live(seed: number, seen: { cuts: number; succeeded: number; rolledBack: number; other: number }) {
  const random = seeded(seed * 31);
  const config = { readiness: { command: ['readiness'] } };
  // A quarter of the devices have two repositories to believe.
  const trust = seed % 4 === 0 ? { trust: 'repositories' as const } : {};
  const world = new World({ seed, profile: random() < 0.7 ? 'fettle' : 'rauc', config, ...trust });
  const dice = seeded(seed * 37);
  world.readiness = () => ({ 'in-use': dice() < 0.3, 'link-metered': dice() < 0.3 });
  world.server.losesAnswer = () => random() < 0.1;
  world.onCheck = () => (random() < 0.08 ? 'reset' : undefined);
  for (let counter = 2; counter <= 4; counter++) {
    const behaviour = behaviours[Math.floor(random() * behaviours.length)] ?? 'good';
    const next = image(`${counter}.0.0`, counter, behaviour);
    world.board.images.push(next);
    await world.server.offer(next, { message: { demands: { notInUse: true, unmeteredLink: true } } });
    const cutAfter = () => {
      const operation = world.disk.operations.length + 1 + Math.floor(random() * 70);
      world.disk.cut = { operation, when: moments[Math.floor(random() * 3)] ?? 'after' };
    };
    let cuts = Math.floor(random() * 3);
    cutAfter();
    world.onPowerUp = () => {
      if (cuts-- > 0) cutAfter();
    };
    const before = world.powerUps;
    const end = await world.run(60);
    assert.equal(end, 'settled', world.lines.slice(-30).join(''));
    seen.cuts += Math.max(0, world.powerUps - before - 2);
    judgeSafety(world);
    const { status } = world.server.last;
    if (status === 'succeeded' || status === 'rolledBack') seen[status]++;
    else seen.other++;
  }
  judgeStaysAfterPowerCycle(world);
}
