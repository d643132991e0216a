import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoff } from './backoff.ts';

test('after a transient error each wait is twice the one before, up to a day', () => {
  const waits = [1, 2, 3, 10, 100].map((attempt) => backoff(attempt, 'transient', { retryBackoffMs: 300_000 }));
  assert.deepEqual(waits, [300_000, 600_000, 1_200_000, 86_400_000, 86_400_000]);
  assert.equal(backoff(5, 'transient', { retryBackoffMs: 0 }), 0);
});

test('after a permanent error there is no other attempt', () => {
  assert.equal(backoff(1, 'permanent', { retryBackoffMs: 300_000 }), null);
});
