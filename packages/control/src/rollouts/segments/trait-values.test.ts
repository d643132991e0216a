import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { meets, type Traits } from './condition.ts';
import { cutTrait, traitNames } from './trait-values.ts';

test('texts, truths and a few numbers are cut by value, and who lacks the trait is a part of its own', () => {
  const devices: Traits[] = [{ x: 'a' }, { x: 'b' }, { x: 'a' }, {}, { x: true }, { x: 4 }];
  const { conditions, codes } = cutTrait('x', devices, 4);
  assert.deepEqual(conditions, [
    { kind: 'is', trait: 'x', value: 'a' },
    { kind: 'is', trait: 'x', value: 'b' },
    { kind: 'absent', trait: 'x' },
    { kind: 'is', trait: 'x', value: true },
    { kind: 'is', trait: 'x', value: 4 },
  ]);
  assert.deepEqual([...codes], [1, 2, 1, 3, 4, 5]);
});

test('many numbers are cut into ranges of about as many devices', () => {
  const devices = Array.from({ length: 100 }, (_, i): Traits => ({ x: (i * 37) % 100 }));
  const { conditions, codes } = cutTrait('x', devices, 4);
  assert.deepEqual(
    conditions.map((one) => (one.kind === 'between' ? [one.from, one.below] : one)),
    [
      [null, 25],
      [25, 50],
      [50, 75],
      [75, null],
    ],
  );
  for (const code of [1, 2, 3, 4]) assert.equal(codes.filter((one) => one === code).length, 25);
});

test('equal numbers are never parted, however many devices say them', () => {
  const devices = Array.from({ length: 200 }, (_, i): Traits => ({ x: i < 180 ? 0 : i }));
  const { conditions } = cutTrait('x', devices, 4);
  assert.deepEqual(conditions, [{ kind: 'between', trait: 'x', from: null, below: null }]);
});

test('every device meets the condition of its code, and no other of the trait', () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom('a', 'b', '', '\udc00', true), fc.double());
  const devices = fc.array(fc.dictionary(fc.constantFrom('x', 'y'), value), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(devices, fc.integer({ min: 2, max: 6 }), (fleet, ranges) => {
      for (const trait of traitNames(fleet)) {
        const { conditions, codes } = cutTrait(trait, fleet, ranges);
        for (const [row, traits] of fleet.entries()) {
          const met = conditions.flatMap((condition, i) => (meets(traits, condition) ? [i + 1] : []));
          assert.deepEqual(met, codes[row] === 0 ? [] : [codes[row]]);
        }
      }
    }),
    { numRuns: 300 },
  );
});
