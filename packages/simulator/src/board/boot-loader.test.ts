import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseSlot } from './boot-loader.ts';

const environment = (o: Record<string, string>) => new Map(Object.entries(o));
const trial = environment({ slot: 'b', upgrade_available: '1', bootcount: '0', bootlimit: '3', other: 'kept' });

test('a committed slot starts without a count and without a write', () => {
  const choice = chooseSlot(environment({ slot: 'b', upgrade_available: '0', bootcount: '0' }));
  assert.deepEqual(choice, { slot: 'b', trial: false, bootCount: 0, fellBack: false, save: undefined });
});

test('a trial is booted as often as the limit says, then the board goes back for good', () => {
  const slots: unknown[] = [];
  let variables: ReadonlyMap<string, string> = trial;
  for (let boot = 0; boot < 5; boot++) {
    const choice = chooseSlot(variables);
    slots.push([choice.slot, choice.trial, choice.bootCount, choice.fellBack]);
    variables = choice.save ?? variables;
  }
  const tries = [1, 2, 3].map((count) => ['b', true, count, false]);
  assert.deepEqual(slots, [...tries, ['a', false, 0, true], ['a', false, 0, false]]);
  const after = { slot: 'a', upgrade_available: '0', bootcount: '0', bootlimit: '3', other: 'kept' };
  assert.deepEqual(variables, environment(after));
});

test('without a valid environment slot a starts; a slot that does not exist is none', () => {
  assert.equal(chooseSlot(undefined).slot, 'a');
  assert.equal(chooseSlot(environment({ slot: 'c' })).slot, undefined);
  assert.equal(chooseSlot(environment({})).slot, undefined);
});

test('whatever the environment holds, a trial ends within its limit', () => {
  const text = fc.oneof(fc.constantFrom('0', '1', '2', '3', 'a', 'b', '', '-1', '0x2', 'NaN'), fc.string());
  const anything = fc.record({ slot: text, upgrade_available: text, bootcount: text });
  fc.assert(
    fc.property(anything, (o) => {
      let variables: ReadonlyMap<string, string> = environment(o);
      for (let boot = 0; boot < 4; boot++) variables = chooseSlot(variables).save ?? variables;
      assert.equal(chooseSlot(variables).trial, false);
    }),
  );
});
