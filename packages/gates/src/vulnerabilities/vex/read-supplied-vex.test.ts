import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeStatement, generateKeyPem, signEnvelope, signerFromPem, statementPayloadType } from '@fettle/trust';
import { readSuppliedVex } from './read-supplied-vex.ts';

const adoption = { expiresAt: 1_900_000_000_000, deviceTypes: [] };
const document = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.org/vex/1',
  author: 'PSIRT',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2026-1' },
      products: [{ '@id': 'pkg:deb/debian/curl' }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
    },
  ],
};
const [officer, deputy, stranger] = [generateKeyPem(), generateKeyPem(), generateKeyPem()];
const both = { keys: [officer.publicKeyPem, deputy.publicKeyPem], threshold: 2 };
const one = { ...both, threshold: 1 };

async function signed(keys: readonly { readonly privateKeyPem: string }[], predicate: object = document) {
  const subject = [{ name: 'vex.json', sha256: 'a'.repeat(64) }];
  const statement = encodeStatement({ subject, predicateType: document['@context'], predicate: { ...predicate } });
  const signers = keys.map(({ privateKeyPem }) => signerFromPem(privateKeyPem));
  return Buffer.from(JSON.stringify(await signEnvelope(statementPayloadType, statement, signers)));
}

function countsIn(bytes: Uint8Array, believed: typeof both | undefined): readonly boolean[] | string {
  const reading = readSuppliedVex(bytes, adoption, believed);
  return reading.ok ? reading.statements.map(({ isUnsigned }) => isUnsigned !== true) : reading.message;
}

test('a document counts when enough of the believed keys have signed it, and is read all the same when not', async () => {
  const plain = Buffer.from(JSON.stringify(document));
  assert.deepEqual(countsIn(plain, one), [false]);
  assert.deepEqual(countsIn(await signed([officer]), one), [true]);
  assert.deepEqual(countsIn(await signed([officer]), both), [false]);
  assert.deepEqual(countsIn(await signed([officer, officer]), both), [false]);
  assert.deepEqual(countsIn(await signed([officer, deputy]), both), [true]);
  assert.deepEqual(countsIn(await signed([stranger]), one), [false]);
  assert.deepEqual(countsIn(await signed([officer]), { keys: [], threshold: 1 }), [false]);
  assert.deepEqual(countsIn(await signed([officer]), undefined), [false]);
});

test('what was signed is what is read: a changed document does not count, one of another kind is refused', async () => {
  const envelope = JSON.parse((await signed([officer])).toString());
  const payload = Buffer.from(envelope.payload, 'base64').toString().replace('CVE-2026-1', 'CVE-2026-2');
  const changed = Buffer.from(JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') }));
  assert.deepEqual(countsIn(changed, one), [false]);
  assert.match(String(countsIn(await signed([officer], { gate: 'secrets' }), one)), /JSON of another kind/);
  assert.match(String(countsIn(Buffer.from('{"payloadType":1,"signatures":'), one)), /Expected/);
});

test('what is signed is bounded before it is parsed', async () => {
  const envelope = JSON.parse((await signed([officer])).toString());
  const payload = Buffer.from(`{"predicate":${'['.repeat(3_000_000)}`).toString('base64');
  assert.match(String(countsIn(Buffer.from(JSON.stringify({ ...envelope, payload })), one)), /deep/);
});
