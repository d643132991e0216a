import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routes } from '@fettle/api';
import { schemaText } from './schema-text.ts';

test('a schema reads like a type, with bounds, optional fields and remarks', () => {
  assert.equal(
    schemaText(routes.createClaimToken.body),
    `{
  name: string ≤ 100
  uses: integer 1…10000000
  expiresAt?: date-time | null
}`,
  );
});

test('lists, choices and maps', () => {
  assert.equal(
    schemaText({ type: 'array', items: { enum: ['a', 'b'] }, minItems: 1, maxItems: 3 }),
    '("a" | "b")[] × 1…3',
  );
  assert.equal(
    schemaText({ type: 'object', patternProperties: { '^k$': { type: 'boolean' } } }),
    '{\n  [^k$]: boolean\n}',
  );
  assert.equal(schemaText({ type: 'string', pattern: '^a$' }), 'string /^a$/');
  assert.equal(schemaText(undefined), 'anything');
});
