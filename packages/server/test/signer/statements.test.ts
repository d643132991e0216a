import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { mostEvidenceBytes, mostStatementBytes } from '@fettle/control';
import { type Envelope, type PublicKey, statementPayloadType, verifyEnvelope } from '@fettle/trust';
import { openFileEvidenceSigner } from '../../src/signer/file-evidence-signer.ts';
import type { RefusalReason } from '../../src/signer/rules/refusal.ts';
import { usualRates } from '../../src/signer/signer-rates.ts';
import { openTestSigner } from './open-signer.ts';

const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'router.img', digest: { sha256: 'ab'.repeat(32) } }],
  predicateType: 'https://in-toto.io/attestation/vulns/v0.2',
  predicate: { result: [1.5, 'ä', true] },
};
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));
const rawOf = (text: string) => Buffer.from(text);

function isSigned(envelope: Envelope, key: PublicKey, payload: Uint8Array): boolean {
  const demand = { payloadType: statementPayloadType, keys: [key], threshold: 1, mostBytes: mostEvidenceBytes };
  const verdict = verifyEnvelope(JSON.stringify(envelope), demand);
  return verdict.ok && Buffer.from(verdict.payload).equals(payload);
}

const refusals: readonly (readonly [string, RefusalReason, Uint8Array])[] = [
  ['no JSON', 'statement-unreadable', rawOf('statement')],
  ['no object', 'statement-unreadable', rawOf('[]')],
  ['no UTF-8', 'statement-unreadable', Buffer.from([0x22, 0xff, 0x22])],
  ['spaces between', 'statement-unreadable', rawOf(JSON.stringify(statement, null, 1))],
  [
    'a member twice',
    'statement-unreadable',
    rawOf(JSON.stringify(statement).replace('{', '{"predicateType":"https://cyclonedx.org/bom",')),
  ],
  ['a number spelled otherwise', 'statement-unreadable', rawOf(JSON.stringify(statement).replace('1.5', '1.50'))],
  ['another kind of statement', 'statement-unreadable', bytesOf({ ...statement, _type: 'x' })],
  ['a member of its own', 'statement-unreadable', bytesOf({ ...statement, more: 1 })],
  ['no predicate', 'statement-unreadable', bytesOf({ ...statement, predicate: undefined })],
  ['deep nesting', 'statement-unreadable', rawOf(`${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`)],
  [
    'provenance, which builders sign',
    'unknown-predicate',
    bytesOf({ ...statement, predicateType: 'https://slsa.dev/provenance/v1' }),
  ],
  [
    'a name that begins like ours',
    'unknown-predicate',
    bytesOf({ ...statement, predicateType: 'https://fettle.dev.example/' }),
  ],
  ['one of ours with a space', 'unknown-predicate', bytesOf({ ...statement, predicateType: 'https://fettle.dev/a b' })],
  ['no subject', 'subject-malformed', bytesOf({ ...statement, subject: [] })],
  ['a subject without digest', 'subject-malformed', bytesOf({ ...statement, subject: [{ name: 'x' }] })],
  [
    'a digest of another length',
    'subject-malformed',
    bytesOf({ ...statement, subject: [{ digest: { sha256: 'ab' } }] }),
  ],
  [
    'too many bytes',
    'statement-too-large',
    bytesOf({ ...statement, predicate: { text: 'x'.repeat(mostStatementBytes) } }),
  ],
];

test('the evidence key signs statements of the known kinds, and anybody verifies the envelope', async (t) => {
  const signer = await openTestSigner(t);
  const { evidence } = signer.client;
  const key = await evidence.key();
  assert.equal(key.kind, 'ed25519');
  const kinds = ['https://slsa.dev/verification_summary/v1', 'https://fettle.dev/release-gates/v1'];
  for (const predicateType of [statement.predicateType, ...kinds]) {
    const payload = bytesOf({ ...statement, predicateType });
    const envelope = await evidence.sign(payload);
    assert.ok(isSigned(envelope, key, payload));
    assert.equal(isSigned({ ...envelope, payloadType: 'application/json' }, key, payload), false);
  }
  await signer.stop();
  const rows = signer.log().filter(({ what }) => what === 'statement');
  assert.deepEqual(
    rows.map(({ verdict, message }) => [verdict, message]),
    [statement.predicateType, ...kinds].map((kind) => ['signed', kind]),
  );
});

test('the largest statement is signed and can be verified', async (t) => {
  const { client } = await openTestSigner(t);
  const room = mostStatementBytes - bytesOf({ ...statement, predicate: { text: '' } }).length;
  const payload = bytesOf({ ...statement, predicate: { text: 'x'.repeat(room) } });
  assert.equal(payload.length, mostStatementBytes);
  assert.ok(isSigned(await client.evidence.sign(payload), await client.evidence.key(), payload));
});

test('everything else is refused with its reason, by the process and by a key file alike', async (t) => {
  const signer = await openTestSigner(t);
  const folder = mkdtempSync(join(tmpdir(), 'fettle-evidence-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const byFile = openFileEvidenceSigner(join(folder, 'evidence.key'));
  for (const [what, reason, bytes] of refusals) {
    const refused = { code: 'signing-refused', details: { reason } };
    await assert.rejects(signer.client.evidence.sign(bytes), refused, what);
    await assert.rejects(byFile.sign(bytes), refused, what);
  }
  await signer.stop();
  assert.deepEqual(
    signer.log().flatMap(({ what, verdict }) => (what === 'statement' ? [verdict] : [])),
    refusals.map(([, reason]) => reason),
  );
});

test('statements are signed no faster than their rate', async (t) => {
  const signer = await openTestSigner(t, { rates: { ...usualRates, statement: { perSecond: 1, burst: 2 } } });
  const payload = bytesOf(statement);
  await signer.client.evidence.sign(payload);
  await signer.client.evidence.sign(payload);
  await assert.rejects(signer.client.evidence.sign(payload), { code: 'overloaded', retryable: true });
  signer.now += 1_000;
  await signer.client.evidence.sign(payload);
});

test('a key file for evidence is made once, for its owner alone, and signs what anybody verifies', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-evidence-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'evidence.key');
  const first = openFileEvidenceSigner(file);
  const key = await first.key();
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const again = openFileEvidenceSigner(file);
  assert.equal((await again.key()).id, key.id);
  const payload = bytesOf(statement);
  assert.ok(isSigned(await again.sign(payload), key, payload));
});
