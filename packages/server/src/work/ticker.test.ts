import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTicker } from './ticker.ts';

const never = 3_600_000;

test('rounds never overlap, and asking during a round gives one more afterwards', async () => {
  let running = 0;
  let rounds = 0;
  const ends: (() => void)[] = [];
  const began: (() => void)[] = [];
  const nextRound = () => new Promise<void>((resolve) => began.push(resolve));
  const ticker = startTicker({
    everyMs: never,
    soonMs: 1,
    work: async () => {
      assert.equal(running++, 0, 'no second round at once');
      rounds++;
      began.shift()?.();
      await new Promise<void>((resolve) => ends.push(resolve));
      running--;
    },
  });
  const first = nextRound();
  ticker.soon();
  await first;
  const second = nextRound();
  for (let i = 0; i < 10; i++) ticker.soon();
  ends.shift()?.();
  await second;
  assert.equal(rounds, 2);
  const stopped = ticker.stop();
  ends.shift()?.();
  await stopped;
  assert.equal(running, 0);
});

test('it comes round by itself, and a failing round does not end it', async () => {
  const errors: unknown[] = [];
  await new Promise<void>((resolve) => {
    const ticker = startTicker({
      everyMs: 1,
      soonMs: 1,
      work: () => Promise.reject(new Error('disk')),
      onDone: (_seconds, error) => {
        errors.push(error);
        if (errors.length === 3) resolve(ticker.stop());
      },
    });
  });
  assert.equal(errors.length, 3);
  assert.match(String(errors[0]), /disk/);
});
