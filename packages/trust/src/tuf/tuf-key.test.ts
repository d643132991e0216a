import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCanonical } from './canonical.ts';
import { sha256Of } from './parse-signed.ts';
import { Refusal } from './problem.ts';
import { testSigner } from './testing/test-signer.ts';
import { encodeTufKey, publicKeyOf, readTufKey, tufKeyOf } from './tuf-key.ts';

for (const kind of ['ed25519', 'ecdsa-p256', 'rsa-pss', 'ml-dsa-44'] as const) {
  test(`a key of kind ${kind} goes into metadata and comes back the same`, () => {
    const { publicKey } = testSigner(kind);
    const key = tufKeyOf(publicKey);
    const object = encodeTufKey(key);
    assert.equal(key.keyid, sha256Of(encodeCanonical(object)));
    const read = readTufKey(key.keyid, object);
    assert.deepEqual(read, key);
    const back = publicKeyOf(read);
    assert.equal(back?.id, publicKey.id);
    assert.equal(back?.kind, kind);
  });
}

const ed25519 = encodeTufKey(tufKeyOf(testSigner().publicKey));
const unusable: readonly (readonly [string, object])[] = [
  ['a scheme of the future', { ...ed25519, scheme: 'ed25519-2' }],
  ['a type that is not that of the scheme', { ...ed25519, keytype: 'rsa' }],
  ['a public half that is too short', { ...ed25519, keyval: { public: 'ab' } }],
  ['a public half that is no PEM', { keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', keyval: { public: 'x' } }],
  [
    'a private key instead of a public one',
    { keytype: 'rsa', scheme: 'rsassa-pss-sha256', keyval: { public: '-----BEGIN PRIVATE KEY-----\n' } },
  ],
];

for (const [what, object] of unusable) {
  test(`a key with ${what} is kept, and counts for nothing`, () => {
    const value = object as ReturnType<typeof encodeTufKey>;
    const keyid = sha256Of(encodeCanonical(value));
    const key = readTufKey(keyid, value);
    assert.equal(publicKeyOf(key), undefined);
    assert.deepEqual(encodeTufKey(key), value);
  });
}

test('a key under a keyid that is not its hash is malformed', () => {
  assert.throws(
    () => readTufKey('0'.repeat(64), ed25519),
    (error) => error instanceof Refusal && error.code === 'metadata-malformed',
  );
});
