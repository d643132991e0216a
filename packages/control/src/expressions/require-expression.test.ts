import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FettleError, fleetId, limits } from '@fettle/model';
import { requireExpression } from './require-expression.ts';
import type { KnownName } from './schema.ts';

const fleet = fleetId('f');
const knowing = (names: readonly KnownName[]) => ({ fleetNames: async () => names });
const hardware: KnownName = { kind: 'attribute', name: 'hw', type: 'string' };

test('an expression that is taken is given back ready to use', async () => {
  const taken = await requireExpression(knowing([hardware]), fleet, { text: 'attribute.hw == "C"', field: 'filter' });
  assert.equal(taken.text, 'attribute.hw == "C"');
});

test('a refusal names the field and the place', async () => {
  const asked = requireExpression(knowing([hardware]), fleet, { text: 'attribute.hx == "C"', field: 'exclude' });
  await assert.rejects(asked, (error: FettleError) => {
    assert.equal(error.code, 'invalid-input');
    assert.match(error.message, /^exclude, character 1: No device of the fleet has said `attribute\.hx`/);
    assert.deepEqual(error.details, { field: 'exclude', position: 0 });
    return true;
  });
});

test('where a fleet has more names than are kept, an unknown one may exist', async () => {
  const many = Array.from({ length: limits.namesPerFleet }, (_, i) => ({ ...hardware, name: `n${i}` }));
  await requireExpression(knowing(many), fleet, { text: 'attribute.hx == "C"', field: 'filter' });
});
