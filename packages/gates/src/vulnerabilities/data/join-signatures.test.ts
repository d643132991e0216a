import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digest, limits } from '@fettle/model';
import { type Envelope, generateKeyPem, signEnvelope, signerFromPem, statementPayloadType } from '@fettle/trust';
import { vulnerabilityLimits } from '../vulnerability-limits.ts';
import { dataSetStatement, verifyDataSet } from './data-set-statement.ts';
import { joinSignatures, readDataSetEnvelope } from './join-signatures.ts';

const header = {
  kind: 'osv',
  source: 'osv.dev/Debian',
  publishedAt: Date.parse('2026-11-20T00:00:00Z'),
  importedAt: Date.parse('2026-11-22T00:00:00Z'),
  records: 1,
  refused: 0,
  importer: 'x',
  ecosystems: {},
} as const;
const set = { digest: digest('a'.repeat(64)), header, sizeBytes: 5 };
const statement = dataSetStatement(set);

function person() {
  const signer = signerFromPem(generateKeyPem().privateKeyPem);
  return {
    key: signer.publicKey,
    sign: (payload = statement) => signEnvelope(statementPayloadType, payload, [signer]),
  };
}

function joined(before: Envelope, added: Envelope): Envelope {
  const both = joinSignatures(before, added);
  assert.ok(both.ok, both.ok ? '' : both.message);
  return both.envelope;
}

describe('signatures of several people', () => {
  it('are together enough where each alone is too few', async () => {
    const [ada, ben] = [person(), person()];
    const demand = { keys: [ada.key, ben.key], threshold: 2 };
    const [one, two] = [await ada.sign(), await ben.sign()];
    assert.equal(verifyDataSet(JSON.stringify(one), demand, set).ok, false);
    assert.equal(verifyDataSet(JSON.stringify(joined(one, two)), demand, set).ok, true);
    assert.equal(joined(joined(one, two), two).signatures.length, 2, 'the same again is the same');
    assert.equal(verifyDataSet(JSON.stringify(joined(one, await ada.sign())), demand, set).ok, false, 'twice the same');
  });

  it('are not joined when they are of different statements, or too many', async () => {
    const [ada, ben] = [person(), person()];
    const other = dataSetStatement({ ...set, sizeBytes: 6 });
    const different = joinSignatures(await ada.sign(), await ben.sign(other));
    assert.match(different.ok ? '' : different.message, /two different ones/);
    const signatures = Array.from({ length: limits.signaturesPerEnvelope }, (_, n) => ({ keyid: `${n}`, sig: 'AA==' }));
    const many = joinSignatures({ ...(await ada.sign()), signatures }, await ben.sign());
    assert.match(many.ok ? '' : many.message, /at most 16 signatures/);
  });

  it('are read only with a statement on the data set that they came with', async () => {
    const ada = person();
    const text = JSON.stringify(await ada.sign());
    assert.equal(readDataSetEnvelope(text, set).ok, true);
    const refused = [
      readDataSetEnvelope(text, { ...set, digest: digest('b'.repeat(64)) }),
      readDataSetEnvelope(text, { ...set, header: { ...header, source: 'elsewhere' } }),
      readDataSetEnvelope(text.replace(statementPayloadType, 'text/plain'), set),
      readDataSetEnvelope(`${text}${' '.repeat(vulnerabilityLimits.envelopeBytes)}`, set),
      readDataSetEnvelope('{"payloadType":1}', set),
    ];
    const messages = refused.map((one) => (one.ok ? 'accepted' : one.message));
    for (const [n, expected] of [/on another/, /another source/, /payload type/, /at most/, /not a string/].entries()) {
      assert.match(messages[n] ?? '', expected);
    }
  });
});
