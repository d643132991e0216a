import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FreezePeriod } from '@fettle/model';
import fc from 'fast-check';
import { freezeAt, freezeState, scheduleState } from './calendar.ts';
import { allOpen, anyOpen, never } from './time-state.ts';

const freeze = (from: number, until: number, name = `${from}-${until}`): FreezePeriod => ({
  name,
  from,
  until,
  reason: 'holidays',
});

test('a freeze period holds from its first instant up to its last', () => {
  const freezes = [freeze(100, 200)];
  assert.deepEqual(freezeState(freezes, 99), { open: true, changesAt: 100 });
  assert.deepEqual(freezeState(freezes, 100), { open: false, changesAt: 200 });
  assert.deepEqual(freezeState(freezes, 199), { open: false, changesAt: 200 });
  assert.deepEqual(freezeState(freezes, 200), { open: true, changesAt: never });
  assert.deepEqual(freezeState([], 0), { open: true, changesAt: never });
});

test('freeze periods that overlap or follow each other count as one', () => {
  const freezes = [freeze(300, 400), freeze(100, 200), freeze(150, 300)];
  assert.deepEqual(freezeState(freezes, 120), { open: false, changesAt: 400 });
  assert.equal(freezeAt(freezes, 160)?.name, '150-300');
});

test('a freeze period that ends before it begins holds nobody', () => {
  assert.deepEqual(freezeState([freeze(200, 100)], 50), { open: true, changesAt: never });
});

test('property: the state of freezes is that of every single one, and lasts as long as it says', () => {
  const some = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })), { maxLength: 6 });
  fc.assert(
    fc.property(some, (pairs) => {
      const freezes = pairs.map(([from, until]) => freeze(from, until));
      const frozen = (now: number) => freezes.some(({ from, until }) => from <= now && now < until);
      for (let now = 0; now < 64; now += 1) {
        const state = freezeState(freezes, now);
        assert.equal(state.open, !frozen(now));
        for (let later = now; later < Math.min(64, state.changesAt); later += 1)
          assert.equal(!frozen(later), state.open);
        if (state.changesAt < 64) assert.equal(frozen(state.changesAt), state.open);
      }
    }),
  );
});

test('a schedule opens at its start, closes at its end, and stays closed', () => {
  const schedule = { startAt: 100, endAt: 200 };
  assert.deepEqual(scheduleState(schedule, 99), { open: false, changesAt: 100 });
  assert.deepEqual(scheduleState(schedule, 100), { open: true, changesAt: 200 });
  assert.deepEqual(scheduleState(schedule, 200), { open: false, changesAt: never });
  assert.deepEqual(scheduleState({ startAt: null, endAt: null }, 5), { open: true, changesAt: never });
  assert.deepEqual(scheduleState({ startAt: 300, endAt: 200 }, 250), { open: false, changesAt: never });
});

test('states together: any is open with one, all with each, and nothing is promised for too long', () => {
  const open = (changesAt: number) => ({ open: true, changesAt });
  const shut = (changesAt: number) => ({ open: false, changesAt });
  assert.deepEqual(anyOpen([open(5), shut(9), open(7)]), open(7));
  assert.deepEqual(anyOpen([shut(9), shut(7)]), shut(7));
  assert.deepEqual(anyOpen([]), shut(never));
  assert.deepEqual(allOpen([open(5), shut(9), shut(7)]), shut(9));
  assert.deepEqual(allOpen([open(5), open(7)]), open(5));
  assert.deepEqual(allOpen([]), open(never));
});
