import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonWebKeySet, KeyQuestion } from '@fettle/control';
import { FettleError } from '@fettle/model';
import { createIssuerKeys } from './issuer-keys.ts';

const question = (kid?: string): KeyQuestion => ({ issuer: 'https://i', keys: { kind: 'discovery' }, kid });
const setOf = (...kids: string[]): JsonWebKeySet => ({ keys: kids.map((kid) => ({ kid })) });

/** Keys over an issuer that the test holds in its hand. */
function bench() {
  const world = { now: 1_000_000, asked: 0, isUp: true, answer: setOf('a') };
  const keys = createIssuerKeys({
    now: () => world.now,
    async fetchJwks() {
      world.asked++;
      if (!world.isUp) throw new FettleError('overloaded', 'away');
      return world.answer;
    },
  });
  return { world, keys };
}

test('keys are fetched once, by however many ask, and again when they are old', async () => {
  const { world, keys } = bench();
  await Promise.all([1, 2, 3].map(() => keys.jwksOf(question('a'))));
  assert.equal(world.asked, 1);
  world.now += 599_999;
  await keys.jwksOf(question('a'));
  assert.equal(world.asked, 1);
  world.now += 1;
  world.answer = setOf('b');
  assert.deepEqual(await keys.jwksOf(question('b')), setOf('b'));
  assert.equal(world.asked, 2);
});

test('an unknown key id has the issuer asked every 30 seconds at most', async () => {
  const { world, keys } = bench();
  await keys.jwksOf(question('a'));
  for (let i = 0; i < 10; i++) assert.deepEqual(await keys.jwksOf(question(`made up ${i}`)), setOf('a'));
  assert.equal(world.asked, 1);
  world.now += 30_000;
  world.answer = setOf('a', 'new');
  assert.deepEqual(await keys.jwksOf(question('new')), setOf('a', 'new'));
  assert.equal(world.asked, 2);
});

test('while the issuer is away known keys serve for a day, unknown ones are a failure of ours, and pauses grow', async () => {
  const { world, keys } = bench();
  await keys.jwksOf(question('a'));
  world.isUp = false;
  world.now += 3_600_000;
  assert.deepEqual(await keys.jwksOf(question('a')), setOf('a'));
  assert.equal(world.asked, 2);
  await assert.rejects(keys.jwksOf(question('new')), { code: 'overloaded' });
  assert.equal(world.asked, 2);
  world.now += 30_000;
  await keys.jwksOf(question('a'));
  world.now += 30_000;
  await keys.jwksOf(question('a'));
  assert.equal(world.asked, 3, 'the second pause is longer than the first');
  world.now += 86_400_000;
  await assert.rejects(keys.jwksOf(question('a')), { code: 'overloaded' });
});

test('an issuer that never answered is asked again after a pause', async () => {
  const { world, keys } = bench();
  world.isUp = false;
  await assert.rejects(keys.jwksOf(question('a')), { code: 'overloaded' });
  world.isUp = true;
  await assert.rejects(keys.jwksOf(question('a')), { code: 'overloaded' });
  world.now += 30_000;
  assert.deepEqual(await keys.jwksOf(question('a')), setOf('a'));
  assert.equal(world.asked, 2);
});
