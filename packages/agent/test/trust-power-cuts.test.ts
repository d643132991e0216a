import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Cut } from './faulty-disk.ts';
import { judge, judgeStaysAfterPowerCycle } from './judge.ts';
import { repositoriesOf, rotate, updateOnce } from './trusting.ts';
import { World, type WorldOptions } from './world.ts';

const moments: readonly Cut['when'][] = ['before', 'during', 'after'];

interface Life {
  readonly trust: NonNullable<WorldOptions['trust']>;
  /** What comes before the update that is cut. */
  readonly before: (world: World) => Promise<void>;
  readonly running: 'new' | 'offered';
}

const lives: readonly (readonly [string, Life])[] = [
  [
    'the first update with provisioned roots',
    { trust: 'repositories', before: async (world) => void (await world.server.offer(world.next)), running: 'new' },
  ],
  [
    'the first update, which pins the roots',
    { trust: 'first-use', before: async (world) => void (await world.server.offer(world.next)), running: 'new' },
  ],
  [
    'an update after both roots changed twice',
    {
      trust: 'repositories',
      before: async (world) => {
        await world.server.offer(world.next);
        await updateOnce(world);
        await rotate(repositoriesOf(world).image, 2);
        await rotate(repositoriesOf(world).director, 2);
      },
      running: 'offered',
    },
  ],
];

describe('a power cut before, during and after every single write, with two repositories', () => {
  for (const [name, life] of lives) test(name, () => cutEverywhere(life));
});

/** Only the writes up to the first one of the download are cut here: what comes later is the same as with plain keys. */
async function cutEverywhere(life: Life): Promise<void> {
  const { world, first } = await play(life, 1);
  const operations = world.disk.operations.slice(first);
  const ours = operations.filter(({ path }) => path.includes('/trust-'));
  assert.ok(ours.length >= 16, `only ${ours.length} operations on what is trusted`);
  const last = operations.findLastIndex(({ path }) => path.includes('/trust-'));
  for (const [index, operation] of operations.slice(0, last + 2).entries()) {
    for (const when of moments) {
      try {
        await cutOnce(life, { index, when });
      } catch (cause) {
        throw new Error(`power cut ${when} operation ${index + 1}: ${operation.what} ${operation.path}`, { cause });
      }
    }
  }
}

async function cutOnce(life: Life, { index, when }: { index: number; when: Cut['when'] }): Promise<void> {
  const { world } = await play(life, 1_000 + index, { index, when });
  judge(world, { status: 'succeeded', running: life.running });
  judgeStaysAfterPowerCycle(world);
  assert.ok(!world.lines.some((line) => line.includes('trust-damaged')), 'a cut left a damaged file');
}

async function play(
  { trust, before }: Life,
  seed: number,
  cut?: { readonly index: number; readonly when: Cut['when'] },
): Promise<{ readonly world: World; readonly first: number }> {
  const world = new World({ trust, seed });
  await before(world);
  const first = world.disk.operations.length;
  if (cut) world.disk.cut = { operation: first + cut.index + 1, when: cut.when };
  const end = await world.run();
  assert.equal(end, 'settled', world.lines.slice(-25).join(''));
  return { world, first };
}
