import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkIn, decide, deviceScope, explainDevice } from '@fettle/control';
import { FettleError, type Reason, type ReasonCode, reasonTable, type TenantId } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { createWorld, type World } from '../support/memory-brain.ts';
import { type Blocker, blockers, goTogether } from './why/blockers.ts';
import { freeState, now, type State } from './why/state.ts';
import { contextOf, writeState } from './why/write-state.ts';

const tenant = 'default' as TenantId;

/** Seeded and even: the same blockers in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return Math.floor(((state ^ (state >>> 13)) >>> 0) / (2 ** 32 / sides));
  };
}

function pick(roll: (sides: number) => number, count: number): readonly Blocker[] {
  for (;;) {
    const chosen = Array.from({ length: count }, () => blockers[roll(blockers.length)] as Blocker);
    if (goTogether(chosen)) return chosen;
  }
}

function spoil(n: number, chosen: readonly Blocker[]): State {
  const state = freeState(tenant, n);
  for (const blocker of chosen) blocker.apply(state);
  return state;
}

const codesOf = (reasons: readonly Reason[]) => [...new Set(reasons.map((reason) => reason.code))].sort();
const expected = (chosen: readonly Blocker[]): ReasonCode[] => [...new Set(chosen.map(({ code }) => code))].sort();

async function checkInOf(world: World, state: State): Promise<native.CheckInResponse | FettleError> {
  const scope = deviceScope(tenant, state.device.id, state.device.publicKey);
  const current = Object.fromEntries(
    Object.entries(state.device.current).map(([name, { version, counter, digest }]) => {
      return [name, { version, counter, sha256: digest }] as const;
    }),
  );
  try {
    return await checkIn(scope, world.brain, { attributes: { ...state.device.attributes }, current });
  } catch (error) {
    if (error instanceof FettleError) return error;
    throw error;
  }
}

test('there are blockers of every kind, and of at least forty', () => {
  const kinds = new Set(blockers.map((blocker) => blocker.code));
  assert.ok(kinds.size >= 40);
  assert.deepEqual([...kinds].sort(), Object.keys(reasonTable).sort());
});

test('why names exactly the blockers that 2,000 devices were seeded with, each with owner, evidence and remedy', async () => {
  const world = await createWorld();
  world.now = now;
  const roll = dice(7);
  const seeded = Array.from({ length: 2_000 }, (_, n) => {
    const chosen = pick(roll, 1 + roll(3));
    return { chosen, state: spoil(n, chosen) };
  });
  for (let from = 0; from < seeded.length; from += 500) {
    await world.brain.store.transact(world.admin, async (tx) => {
      for (const { state } of seeded.slice(from, from + 500)) await writeState(tx, state);
    });
  }
  for (const { chosen, state } of seeded) {
    const { verdict, reasons } = await explainDevice(world.admin, world.brain, state.device.id, state.release.version);
    assert.equal(verdict, 'hold');
    assert.deepEqual(codesOf(reasons), expected(chosen), chosen.map(({ how }) => how).join(' + '));
    for (const reason of reasons) {
      assert.equal(reason.owner, reasonTable[reason.code].owner);
      assert.ok(reason.remedy.length > 3 && reason.summary.length > 10);
      assert.ok(reason.code === 'no-rollout' || Object.keys(reason.evidence).length > 0, reason.code);
      assert.ok(reason.earliestChangeAt === null || reason.earliestChangeAt > now);
      if (reasonTable[reason.code].basis === 'clock' && reason.evidence.endAt === undefined) {
        assert.notEqual(reason.earliestChangeAt, null, reason.code);
      }
    }
  }
  await world.close();
});

test('a check-in makes an offer exactly where why says so', async () => {
  const world = await createWorld();
  world.now = now;
  const roll = dice(11);
  const states = Array.from({ length: 1_000 }, (_, n) => spoil(n, pick(roll, roll(3))));
  await world.brain.store.transact(world.admin, async (tx) => {
    for (const state of states) await writeState(tx, state);
  });
  let offers = 0;
  for (const state of states) {
    const why = await explainDevice(world.admin, world.brain, state.device.id);
    const answer = await checkInOf(world, state);
    const isNew =
      !(answer instanceof FettleError) && answer.offer !== undefined && state.device.openDeployment === null;
    assert.equal(isNew, why.verdict === 'offer', JSON.stringify(codesOf(why.reasons)));
    if (isNew) {
      offers++;
      assert.equal(answer.offer?.version, why.offer?.version);
    }
  }
  assert.ok(offers > 200 && offers < 800, `${offers} offers`);
  await world.close();
});

test('over 100,000 random states a device is eligible if and only if nothing was put in its way', () => {
  const roll = dice(23);
  for (let n = 0; n < 100_000; n++) {
    const chosen = pick(roll, roll(4));
    const { device, context, surroundings } = contextOf(spoil(n, chosen));
    const decision = decide(device, context, now, surroundings);
    const isAlone = chosen.some((blocker) => blocker.touches.includes('alone'));
    if (isAlone) continue;
    assert.equal(decision.kind === 'offer', chosen.length === 0);
    assert.deepEqual(codesOf(decision.reasons), expected(chosen));
  }
});
