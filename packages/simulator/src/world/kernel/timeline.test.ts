import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Life } from './life.ts';
import { Timeline } from './timeline.ts';
import { Turnstile } from './turnstile.ts';

test('what is asked for happens in order of time, then as it was asked for', async () => {
  const timeline = new Timeline(1_000);
  const seen: string[] = [];
  timeline.after(20, () => seen.push(`b at ${timeline.now}`));
  timeline.after(10, () => seen.push(`a at ${timeline.now}`));
  timeline.after(20, () => seen.push(`c at ${timeline.now}`));
  timeline.at(500, () => seen.push(`past at ${timeline.now}`));
  await timeline.run(1_015);
  assert.deepEqual(seen, ['past at 1000', 'a at 1010']);
  assert.equal(timeline.now, 1_015);
  await timeline.run(2_000);
  assert.deepEqual(seen.slice(2), ['b at 1020', 'c at 1020']);
});

test('the next entry waits until everything that the one before set off has come to rest', async () => {
  const timeline = new Timeline(0);
  const seen: string[] = [];
  const life = new Life(timeline);
  void life.sleep(1).then(async () => {
    for (let i = 0; i < 50; i++) await null;
    seen.push('rest');
  });
  timeline.at(1, () => seen.push('next'));
  timeline.at(2, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push('outside');
  });
  timeline.at(2, () => seen.push('after it'));
  await timeline.run(10);
  assert.deepEqual(seen, ['rest', 'next', 'outside', 'after it']);
});

test('nothing of a life goes on after its end', async () => {
  const timeline = new Timeline(0);
  const life = new Life(timeline);
  const seen: string[] = [];
  void life.sleep(10).then(() => seen.push('slept'));
  void life.hear(Promise.resolve().then(() => life.end())).then(() => seen.push('heard'));
  await timeline.run(100);
  assert.deepEqual(seen, []);
});

test('a turnstile lets one pass in a millisecond', async () => {
  const timeline = new Timeline(0);
  const turnstile = new Turnstile(timeline);
  const seen: number[] = [];
  for (const at of [5, 5, 5, 6, 20]) timeline.at(at, () => turnstile.pass(() => seen.push(timeline.now)));
  await timeline.run(100);
  assert.deepEqual(seen, [5, 6, 7, 8, 20]);
});
