import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRates } from './rates.ts';

test('an address that knocks too often is told to wait, others are not, and after a while it may again', () => {
  const rates = createRates();
  for (let i = 0; i < 100; i++) rates.demandExchange('a', 1_000);
  assert.throws(() => rates.demandExchange('a', 1_000), { code: 'limit-reached' });
  rates.demandExchange('b', 1_000);
  rates.demandExchange('a', 1_200);
});

test('all addresses together have a bound too', () => {
  const rates = createRates();
  for (let i = 0; i < 500; i++) rates.demandExchange(`a${i}`, 1_000);
  assert.throws(() => rates.demandExchange('one more', 1_000), { code: 'limit-reached' });
});

test('refusals are noted at a slow rate after a first burst', () => {
  const rates = createRates();
  let noted = 0;
  for (let i = 0; i < 100; i++) if (rates.mayNoteRefusal(1_000)) noted++;
  assert.equal(noted, 50);
  assert.equal(rates.mayNoteRefusal(1_000 + 5_000), true);
});
