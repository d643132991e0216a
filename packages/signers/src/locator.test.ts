import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readLocator, schemeOf, writeLocator } from './locator.ts';

const known = ['address', 'secret-source'];

test('a locator that was written reads back to the same', () => {
  const text = fc.stringMatching(/^[\x20-\x7e\u00e4\u20ac]{1,30}$/);
  fc.assert(
    fc.property(text, text, fc.option(text, { nil: undefined }), (name, address, source) => {
      const { name: found, parameters } = readLocator(
        writeLocator('vault', name, { address, 'secret-source': source }),
        known,
      );
      assert.equal(found, name);
      assert.equal(parameters.get('address'), address);
      assert.equal(parameters.get('secret-source'), source);
    }),
  );
});

test('any text is taken apart or refused as input, never thrown at in another way', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `vault:${text}`),
      ),
      (text) => {
        try {
          readLocator(text, known);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'invalid-input');
        }
      },
    ),
  );
});

test('a secret in a locator is refused without repeating it, and told where to put it', () => {
  for (const name of ['passphrase', 'pin-value', 'secret-id', 'jwt']) {
    assert.throws(
      () => readLocator(`vault:key?${name}=hunter2`, known),
      (error: Error) => /secret-source=file:PATH/.test(error.message) && !error.message.includes('hunter2'),
    );
  }
});

test('unknown and doubled parameters are refused, and what is no locator is told how one looks', () => {
  const code = { code: 'invalid-input' };
  assert.throws(() => readLocator('vault:key?adress=x', known), { ...code, message: /address, secret-source/ });
  assert.throws(() => readLocator('vault:key?address=x&address=y', known), { ...code, message: /comes twice/ });
  assert.throws(() => readLocator('vault:?address=x', known), { ...code, message: /found none/ });
  assert.throws(() => readLocator('vault:%zz', known), { ...code, message: /%25/ });
  assert.throws(() => schemeOf('keys/release.key'), { ...code, message: /file:PATH/ });
  assert.throws(() => schemeOf(`file:${'x'.repeat(5_000)}`), code);
  assert.throws(() => schemeOf('file:a\nb'), code);
});
