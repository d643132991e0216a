import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { curveOfKind, ourSignature, spkiOf, tokenInput } from './ec-keys.ts';

test('r and s of a token become the DER that verifiers read, for small and large numbers', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (message) => {
      const raw = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      assert.ok(verify('sha256', message, publicKey, ourSignature('ecdsa-p256', raw)));
    }),
    { numRuns: 300 },
  );
  const small = Buffer.alloc(64);
  small[31] = 1;
  small[63] = 0x80;
  assert.equal(ourSignature('ecdsa-p256', small).toString('hex'), '300702010102020080');
});

test('a signature of any other length is refused', () => {
  assert.throws(() => ourSignature('ed25519', Buffer.alloc(63)), { code: 'key-refused' });
});

test('a point becomes the public key, wrapped in an OCTET STRING or bare, and nothing else does', () => {
  for (const kind of ['ecdsa-p256', 'ed25519'] as const) {
    const pair = kind === 'ed25519' ? generateKeyPairSync(kind) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
    const curve = curveOfKind(kind);
    const point = spki.subarray(-curve.pointBytes);
    const wrapped = Buffer.concat([Buffer.from([0x04, point.length]), point]);
    assert.deepEqual(spkiOf(curve, wrapped), spki);
    assert.deepEqual(spkiOf(curve, point), spki);
    assert.ok(createPublicKey({ key: spki, format: 'der', type: 'spki' }).equals(pair.publicKey));
    assert.throws(() => spkiOf(curve, point.subarray(1)), { code: 'key-refused' });
  }
  assert.throws(() => curveOfKind('rsa-pss'), { code: 'invalid-input' });
});

test('the token hashes nothing: ECDSA gets the digest, Ed25519 the message', () => {
  const message = Buffer.from('release 7');
  assert.deepEqual(tokenInput('ed25519', message), message);
  assert.deepEqual(tokenInput('ecdsa-p256', message), createHash('sha256').update(message).digest());
});
