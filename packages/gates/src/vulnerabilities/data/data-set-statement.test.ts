import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digest } from '@fettle/model';
import {
  encodeStatement,
  generateKeyPem,
  readPublicKey,
  signEnvelope,
  signerFromPem,
  statementPayloadType,
} from '@fettle/trust';
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
    const unsigned = verifyDataSet('', { keys, threshold: 1 }, named);
    assert.equal(unsigned.ok ? '' : unsigned.message, 'Nobody signed it.');
  });

  it('is refused when the statement is on another file, of another type, or says otherwise than the file', async () => {
    const other = (changes: Partial<typeof header> | Record<string, unknown>) =>
      dataSetStatement({ ...set, header: { ...header, ...changes } });
    const payloads: readonly (readonly [RegExp, Uint8Array])[] = [
      [/found one on another/, dataSetStatement({ ...set, digest: digest('b'.repeat(64)) })],
      [
        /example\.com\/other/,
        encodeStatement({
          subject: [{ sha256: set.digest }],
          predicateType: 'https://example.com/other',
          predicate: {},
        }),
      ],
      [/another date than/, other({ publishedAt: header.publishedAt + 1 })],
      [/another date of import/, other({ importedAt: header.importedAt + 1 })],
      [/another kind/, other({ kind: 'kev' })],
      [/another source/, other({ source: 'by foot' })],
      [/another number of records/, other({ records: 2 })],
      [/Expected/, Buffer.from('{}')],
    ];
    const { keys, envelopes } = await signedBy(...payloads.map(([, payload]) => payload));
    for (const [n, [expected]] of payloads.entries()) {
      const verdict = verifyDataSet(envelopes[n] ?? '', { keys, threshold: 1 }, named);
      assert.match(verdict.ok ? 'accepted' : verdict.message, expected);
    }
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
