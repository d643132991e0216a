import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Behaviour, ProfileName } from './fake-board.ts';
import type { Cut, Operation } from './faulty-disk.ts';
import { type Expected, judge, judgeSafety, judgeStaysAfterPowerCycle } from './judge.ts';
import { image, World, type WorldOptions } from './world.ts';

const outcomes: Readonly<Record<Behaviour, Expected>> = {
  good: { status: 'succeeded', running: 'new' },
  'health-fails': { status: 'rolledBack', code: 'health-failed', running: 'old' },
  'health-hangs': { status: 'rolledBack', code: 'health-failed', running: 'old' },
  'boot-fails': { status: 'rolledBack', code: 'boot-failed', running: 'old' },
};
const moments: readonly Cut['when'][] = ['before', 'during', 'after'];

const takenBack: readonly [string, (world: World) => void][] = [
  [
    'aborted when about to reboot',
    (world) => {
      world.server.abortAt = 'rebooting';
    },
  ],
  [
    'a reboot command that does nothing',
    (world) => {
      world.rebootCommand = 'does-nothing';
    },
  ],
];

describe('a power cut before, during and after every single write', () => {
  for (const profile of ['fettle', 'rauc'] as const) {
    for (const behaviour of ['good', 'health-fails', 'boot-fails'] as const) {
      test(`${profile} names, image ${behaviour}`, () => cutEverywhere(profile, behaviour));
    }
  }

  // Whoever takes an activation back races with the power: the device may be in the new slot after all.
  for (const [name, arrange] of takenBack) {
    test(`fettle names, ${name}`, async () => {
      const base = { profile: 'fettle', behaviour: 'good', arrange } as const;
      const { operations } = await update({ ...base, seed: 1 });
      const seen = new Set<string>();
      for (const [index] of operations.entries()) {
        const world = await update({ ...base, seed: index, cut: cutAt(index, moments[index % 3] ?? 'after') });
        judgeSafety(world);
        judgeStaysAfterPowerCycle(world);
        seen.add(world.server.last.status);
      }
      assert.ok(seen.has('succeeded') && seen.size === 2, [...seen].join());
    });
  }

  test('fettle names, a device that is not ready at every step at first', async () => {
    const base = { profile: 'fettle', behaviour: 'good', arrange: waitEverywhere, options: waiting } as const;
    const { operations } = await update({ ...base, seed: 1 });
    for (const [index, operation] of operations.entries()) {
      const world = await update({ ...base, seed: index, cut: cutAt(index, moments[index % 3] ?? 'after') });
      try {
        judge(world, outcomes.good);
        judgeStaysAfterPowerCycle(world);
      } catch (cause) {
        throw new Error(`power cut at operation ${index + 1}: ${operation.what} ${operation.path}`, { cause });
      }
    }
  });

  // Mender's scripts give a new slot one boot: a power cut while it is checked ends the trial, which is to be told.
  test('mender names, image good', async () => {
    const { operations } = await update({ profile: 'mender', behaviour: 'good', seed: 1 });
    let fellBack = 0;
    for (const [index] of operations.entries()) {
      const world = await update({ profile: 'mender', behaviour: 'good', seed: index, cut: cutAt(index, 'after') });
      judgeSafety(world);
      if (world.server.last.status === 'rolledBack') fellBack++;
      else assert.equal(world.server.last.status, 'succeeded');
    }
    assert.ok(fellBack > 0, 'no cut fell into the trial');
  });
});

const waiting: WorldOptions = { config: { readiness: { command: ['readiness'] } } };

/** Each step has to wait for two looks at the device. */
function waitEverywhere(world: World): void {
  Object.assign(world.server.last.offer, { demands: { notInUse: true, unmeteredLink: true } });
  const asked = new Map<string, number>();
  world.readiness = () => {
    const stage = world.stage ?? '';
    asked.set(stage, (asked.get(stage) ?? 0) + 1);
    return (asked.get(stage) ?? 0) <= 2 ? { 'in-use': true, 'link-metered': true } : {};
  };
}

// All three moments with our own names; RAUC's script differs in the boot settings only.
const momentsFor = (profile: ProfileName) => (profile === 'fettle' ? moments : (['during'] as const));

async function cutEverywhere(profile: ProfileName, behaviour: Behaviour): Promise<void> {
  const { operations } = await update({ profile, behaviour, seed: 1 });
  assert.ok(operations.length > 60, `only ${operations.length} operations`);
  for (const [index, operation] of operations.entries()) {
    for (const when of momentsFor(profile)) {
      const world = await update({ profile, behaviour, seed: 1_000 + index, cut: cutAt(index, when) });
      try {
        judge(world, outcomes[behaviour]);
        judgeStaysAfterPowerCycle(world);
      } catch (cause) {
        throw new Error(`power cut ${when} operation ${index + 1}: ${operation.what} ${operation.path}`, { cause });
      }
    }
  }
}

const cutAt = (index: number, when: Cut['when']): Cut => ({ operation: index + 1, when });

interface UpdateOptions {
  readonly profile: ProfileName;
  readonly behaviour: Behaviour;
  readonly seed: number;
  readonly cut?: Cut;
  readonly arrange?: (world: World) => void;
  readonly options?: WorldOptions;
}

async function update(options: UpdateOptions): Promise<World & { operations: Operation[] }> {
  const { profile, behaviour, seed, cut, arrange } = options;
  const world = new World({ ...options.options, profile, seed }, image('2.0.0', 2, behaviour));
  await world.server.offer(world.next);
  arrange?.(world);
  world.disk.cut = cut;
  const end = await world.run();
  assert.equal(end, 'settled', world.lines.slice(-25).join(''));
  return Object.assign(world, { operations: world.disk.operations });
}
