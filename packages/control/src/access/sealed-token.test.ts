import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createMac, createSealer } from './sealed-token.ts';

const sealer = createSealer(Buffer.alloc(32, 7));

test('what was sealed opens to the same fields, for its own purpose and installation only', () => {
  const token = sealer.seal('device-token', ['default', 'dev-1', 'x', '123']);
  assert.deepEqual(sealer.open('device-token', token), ['default', 'dev-1', 'x', '123']);
  assert.equal(sealer.open('challenge', token), undefined);
  assert.equal(createSealer(Buffer.alloc(32, 8)).open('device-token', token), undefined);
});

test('a token with any character changed, added or taken away does not open', () => {
  const token = sealer.seal('device-token', ['default', 'dev-1', 'x', '123']);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...'aZ9~_-'), (position, character) => {
      const changed = token.slice(0, position) + character + token.slice(position + 1);
      if (changed !== token) assert.equal(sealer.open('device-token', changed), undefined);
      assert.equal(sealer.open('device-token', token.slice(0, position)), undefined);
      assert.equal(sealer.open('device-token', token + character), undefined);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => sealer.open('device-token', text) === undefined));
});

test('the fast HMAC is the HMAC of node:crypto', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.array(fc.string({ unit: 'grapheme', maxLength: 300 })),
      (key, texts) => {
        const mac = createMac(key);
        for (const text of texts) assert.equal(mac(text), createHmac('sha256', key).update(text).digest('base64url'));
      },
    ),
  );
});
