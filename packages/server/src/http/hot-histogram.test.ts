import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram, Registry } from 'prom-client';
import { HotHistogram } from './hot-histogram.ts';

test('the hot histogram tells what the one of prom-client tells', async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const buckets = [0.001, 0.01, 0.1];
  const hot = new HotHistogram({ name: 'x_seconds', help: 'Time', buckets, register: ours });
  const usual = new Histogram({ name: 'x_seconds', help: 'Time', buckets, registers: [theirs] });
  for (const value of [0, 0.001, 0.0011, 0.05, 0.1, 7]) {
    hot.observe(value);
    usual.observe(value);
  }
  assert.equal(await ours.metrics(), await theirs.metrics());
});
