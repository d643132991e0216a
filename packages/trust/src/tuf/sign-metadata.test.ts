import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FettleError } from '@fettle/model';
import { encodeCanonical } from './canonical.ts';
import { parseSigned } from './parse-signed.ts';
import { addSignature, signatureBy, signMetadata } from './sign-metadata.ts';
import { keysOf, roleOf, testSigners } from './testing/test-signer.ts';
import { validSigners } from './verify-role.ts';

const [first, second] = testSigners(2);
const signed = encodeCanonical({ _type: 'root', text: 'line\nline', version: 1 });

test('signatures gather one by one, and the signed bytes stay what they were', async () => {
  assert.ok(first && second);
  const one = parseSigned(await signMetadata(signed, [first]), 10_000);
  const two = parseSigned(addSignature(one, await signatureBy(one.signedBytes, second)), 10_000);
  assert.deepEqual(Buffer.from(two.signedBytes), Buffer.from(signed));
  assert.equal(validSigners(two, roleOf([first, second], 2), keysOf(first, second)).length, 2);
  assert.deepEqual(JSON.parse(two.text).signed, { _type: 'root', text: 'line\nline', version: 1 });
});

test('a second signature of one key is refused', async () => {
  assert.ok(first);
  const one = parseSigned(await signMetadata(signed, [first]), 10_000);
  const again = await signatureBy(signed, first);
  assert.throws(
    () => addSignature(one, again),
    (error) => error instanceof FettleError && error.code === 'invalid-input',
  );
});
