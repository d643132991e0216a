import assert from 'node:assert/strict';
import test from 'node:test';
import type { AttributeValue, Device } from '@fettle/model';
import fc from 'fast-check';
import { rolloutNumber, sampleDevice } from '../../../test/samples.ts';
import { compileExpression, matches } from '../../expressions/compile.ts';
import { type Condition, meets } from './condition.ts';
import { segmentExpression } from './segment-expression.ts';
import { cutTrait } from './trait-values.ts';
import { traitsAtOffer } from './traits.ts';

test('a segment reads as an operator would write it', () => {
  const conditions: Condition[] = [
    { kind: 'is', trait: 'attribute.hw', value: 'C' },
    { kind: 'is', trait: 'attribute.boot-loader', value: 'a "b"' },
    { kind: 'is', trait: 'type', value: 'board-a' },
    { kind: 'between', trait: 'attribute.age', from: 5, below: 7.5 },
    { kind: 'between', trait: 'attribute.in', from: null, below: -1 },
    { kind: 'absent', trait: 'tag.ring' },
    { kind: 'absent', trait: 'site' },
    { kind: 'is', trait: 'version.rootfs', value: '1.0.0' },
  ];
  assert.deepEqual(
    conditions.map((one) => segmentExpression([one])),
    [
      'attribute.hw == "C"',
      'attribute["boot-loader"] == "a \\"b\\""',
      'type == "board-a"',
      'attribute.age >= 5 && attribute.age < 7.5',
      'attribute["in"] < -1',
      '!("ring" in tag)',
      'site == null',
      'version.rootfs == "1.0.0"',
    ],
  );
  assert.equal(segmentExpression(conditions.slice(0, 3).reverse()).split(' && ').length, 3);
});

const names = fc.constantFrom('hw', 'boot-loader', 'in', 'a b', 'ä', '__proto__', 'x"y', '9lives', 'true');
const texts = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('', '"', '\\', '\n', '\u0000', '😀', '\ud800'));
const values: fc.Arbitrary<AttributeValue> = fc.oneof(
  texts,
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 1e21, 5e-324, 2 ** 53, -(2 ** 60)),
);
const devices: fc.Arbitrary<Device> = fc
  .record({
    attributes: fc.dictionary(names, values, { maxKeys: 3, noNullPrototype: true }),
    tags: fc.dictionary(names, texts, { maxKeys: 2, noNullPrototype: true }),
    site: fc.option(texts, { nil: undefined }),
    type: fc.constantFrom('board-a', 'board-b'),
  })
  .map(({ site, attributes, ...rest }) =>
    sampleDevice({ ...rest, attributes: site === undefined ? attributes : { ...attributes, site } } as Partial<Device>),
  );

test('the expression of a condition selects exactly the devices that meet it', () => {
  fc.assert(
    fc.property(fc.array(devices, { minLength: 1, maxLength: 24 }), (fleet) => {
      const traits = fleet.map((device) => traitsAtOffer(device, rolloutNumber(1)));
      for (const trait of new Set(traits.flatMap((one) => Object.keys(one)))) {
        for (const condition of cutTrait(trait, traits, 4).conditions) {
          const compiled = compileExpression(segmentExpression([condition]));
          assert.ok(compiled.ok, segmentExpression([condition]));
          for (const [i, device] of fleet.entries()) {
            const isIn = meets(traits[i] ?? {}, condition);
            assert.equal(matches(compiled.expression, device, 0), isIn, segmentExpression([condition]));
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});
