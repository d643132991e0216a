import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selects } from '@fettle/control';
import { deviceId, deviceType, fleetId } from '@fettle/model';
import fc from 'fast-check';
import { toFilter } from './old-filter.ts';

const name = fc.constantFrom('a', 'x-y', 'in', '0');
const text = fc.oneof(
  fc.constantFrom('', 'true', 'false', '4', '1.5', '1e+21', '-0', '0', '"', '\\', 'null'),
  fc.string({ maxLength: 4 }),
);
const anyTerm = fc.record({
  field: fc.oneof(
    fc.constantFrom('type', 'id'),
    fc.tuple(fc.constantFrom('tag.', 'attribute.'), name).map((two) => two.join('')),
  ),
  operator: fc.constantFrom('==', '!='),
  value: text,
});
const anyDevice = fc.record({
  id: fc.constantFrom('4', 'true').map(deviceId),
  type: fc.constant(deviceType('board')),
  tags: fc.dictionary(name, text, { noNullPrototype: true }),
  attributes: fc.dictionary(name, fc.oneof(text, fc.constantFrom(4, 1.5, 1e21, 0, -0), fc.boolean()), {
    noNullPrototype: true,
  }),
});

test('a group that was kept before groups were CEL selects the same devices', () => {
  fc.assert(
    fc.property(fc.array(anyTerm, { maxLength: 4 }), anyDevice, (terms, some) => {
      const device = { ...some, fleet: fleetId('f'), current: {}, enrolledAt: 0 };
      const read = (field: string): string | undefined => {
        if (field === 'type' || field === 'id') return device[field];
        const [source, key = ''] = field.split('.');
        const value = (source === 'tag' ? device.tags : device.attributes)[key];
        return value === undefined ? undefined : String(value);
      };
      const expected = terms.every(({ field, operator, value }) => (read(field) === value) === (operator === '=='));
      const { text: today } = toFilter(JSON.stringify({ text: 'as it was', terms }));
      assert.equal(selects(today, device, 0), expected, today);
    }),
    { numRuns: 1_000 },
  );
});

test('a group of today is taken as it is', () => {
  assert.deepEqual(toFilter('{"text":"type == \\"a\\""}'), { text: 'type == "a"' });
});
