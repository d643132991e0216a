import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signer } from '../signer.ts';
import { encodeCanonical } from './canonical.ts';
import { type ParsedSigned, parseSigned } from './parse-signed.ts';
import { Refusal } from './problem.ts';
import { assembleFile, signatureBy, signMetadata } from './sign-metadata.ts';
import { keysOf, roleOf, testSigner, testSigners } from './testing/test-signer.ts';
import { demandThreshold, validSigners } from './verify-role.ts';

const signed = encodeCanonical({ _type: 'targets' });
const officers = testSigners(3);
const keys = keysOf(...officers);
const role = roleOf(officers, 2);

const signedBy = async (...signers: readonly Signer[]): Promise<ParsedSigned> =>
  parseSigned(await signMetadata(signed, signers), 100_000);

test('signatures of the threshold are enough, and no more are verified', async () => {
  assert.deepEqual(validSigners(await signedBy(...officers), role, keys), role.keyids.slice(0, 2));
});

test('strangers, and holders of other roles, do not count', async () => {
  const [first] = officers;
  assert.ok(first);
  const stranger = testSigner();
  assert.equal(validSigners(await signedBy(first, stranger), role, keys).length, 1);
  const all = keysOf(...officers, stranger);
  assert.equal(validSigners(await signedBy(first, stranger), role, all).length, 1, 'known, but not of this role');
});

test('a signature over other bytes, an empty one and one of another key under this keyid do not count', async () => {
  const [first, second] = officers;
  assert.ok(first && second);
  const other = await signatureBy(encodeCanonical({ _type: 'root' }), first);
  const borrowed = await signatureBy(signed, second);
  for (const sig of [other.sig, '', borrowed.sig]) {
    const file = parseSigned(assembleFile(signed, [{ keyid: other.keyid, sig }]), 100_000);
    assert.deepEqual(validSigners(file, role, keys), []);
  }
});

test('a threshold below 1 is never met', async () => {
  const file = await signedBy(...officers);
  const demand = { keys, code: 'targets-signatures-missing', what: 'the targets' } as const;
  assert.throws(() => demandThreshold(file, { ...role, threshold: 0 }, demand), Refusal);
  assert.doesNotThrow(() => demandThreshold(file, role, demand));
});
