import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterFailureMs, type Unheard } from './after-failure.ts';

const minute = 60_000;
const limits = { leastMs: 1_000, mostMs: 24 * 60 * minute };
const idle: Unheard = { kind: 'unreachable', retryAfterMs: null, failures: 1, toldMs: 30 * minute, hasNews: false };
const wait = (unheard: Partial<Unheard>, random = 0.5) => afterFailureMs({ ...idle, ...unheard }, limits, () => random);

test('an idle device keeps its own place in the interval, however often it fails', () => {
  for (const failures of [1, 2, 10]) assert.equal(wait({ failures }), 30 * minute);
  assert.equal(wait({ kind: 'busy', retryAfterMs: 30_000 }), 30 * minute);
});

test('one that is asked to stay away for longer does', () => {
  assert.equal(wait({ kind: 'busy', retryAfterMs: 60 * minute }, 0), 60 * minute);
});

test('one that comes once a day asks every hour while nobody answers', () => {
  assert.equal(wait({ toldMs: 24 * 60 * minute }), 60 * minute);
});

test('one with news, or not heard since its start, asks again soon and then more seldom', () => {
  for (const eager of [{ hasNews: true }, { toldMs: undefined }]) {
    assert.equal(wait({ ...eager, failures: 1 }, 0.75), 1_500);
    assert.equal(wait({ ...eager, failures: 20 }, 0.75), 0.75 * 15 * minute);
  }
});

test('one that is refused comes no sooner than it would have come anyway', () => {
  for (const kind of ['refused', 'rejected'] as const) {
    for (const random of [0, 0.99]) assert.ok(wait({ kind, hasNews: true }, random) >= 30 * minute);
  }
});
