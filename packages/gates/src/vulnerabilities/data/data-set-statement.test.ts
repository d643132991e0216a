import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digest } from '@fettle/model';
import { generateKeyPem, readPublicKey, signEnvelope, signerFromPem } from '@fettle/trust';
import { encodeStatement, statementPayloadType } from '../../statements/statement.ts';
import { dataSetPredicate, dataSetStatement, verifyDataSet } from './data-set-statement.ts';

const header = {
  kind: 'osv',
  source: 'by hand',
  publishedAt: Date.parse('2026-11-20T00:00:00Z'),
  importedAt: Date.parse('2026-11-22T00:00:00Z'),
  records: 1,
  refused: 0,
  importer: 'x',
  ecosystems: {},
} as const;
const set = { digest: digest('a'.repeat(64)), header, sizeBytes: 5 };
const named = { digest: set.digest, header };

async function signedBy(...payloads: readonly Uint8Array[]) {
  const pem = generateKeyPem();
  const keys = [readPublicKey(pem.publicKeyPem)];
  const signer = signerFromPem(pem.privateKeyPem);
  const envelopes: string[] = [];
  for (const payload of payloads)
    envelopes.push(JSON.stringify(await signEnvelope(statementPayloadType, payload, [signer])));
  return { keys, envelopes };
}

describe('a signed data set', () => {
  it('is accepted by the keys that are given, and by no others', async () => {
    const { keys, envelopes } = await signedBy(dataSetStatement(set));
    const other = [readPublicKey(generateKeyPem().publicKeyPem)];
    const verdict = verifyDataSet(envelopes[0] ?? '', { keys, threshold: 1 }, named);
    assert.deepEqual(
      verdict.ok && verdict.signedBy.map(({ id }) => id),
      keys.map(({ id }) => id),
    );
    assert.equal(verifyDataSet(envelopes[0] ?? '', { keys: other, threshold: 1 }, named).ok, false);
    assert.equal(verifyDataSet(envelopes[0] ?? '', { keys, threshold: 2 }, named).ok, false);
    assert.equal(verifyDataSet('', { keys, threshold: 1 }, named).ok, false);
  });

  it('is refused when the statement is on another file, of another kind, or gives another date', async () => {
    const { keys, envelopes } = await signedBy(
      dataSetStatement({ ...set, digest: digest('b'.repeat(64)) }),
      encodeStatement({ subject: [{ sha256: set.digest }], predicateType: 'https://example.com/other', predicate: {} }),
      dataSetStatement({ ...set, header: { ...header, publishedAt: header.publishedAt + 1 } }),
      Buffer.from('{}'),
    );
    const messages = envelopes.map((envelope) => {
      const verdict = verifyDataSet(envelope, { keys, threshold: 1 }, named);
      return verdict.ok ? 'accepted' : verdict.message;
    });
    assert.match(messages[0] ?? '', /found one on another/);
    assert.match(messages[1] ?? '', /example\.com\/other/);
    assert.match(messages[2] ?? '', /another date/);
    assert.match(messages[3] ?? '', /Expected/);
  });

  it('says what it is in its statement', () => {
    const said: unknown = JSON.parse(Buffer.from(dataSetStatement(set)).toString());
    assert.deepEqual(said, {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ digest: { sha256: set.digest } }],
      predicateType: dataSetPredicate,
      predicate: {
        kind: 'osv',
        source: 'by hand',
        publishedAt: '2026-11-20T00:00:00.000Z',
        importedAt: '2026-11-22T00:00:00.000Z',
        records: 1,
        refused: 0,
        importer: 'x',
        sizeBytes: 5,
      },
    });
  });
});
