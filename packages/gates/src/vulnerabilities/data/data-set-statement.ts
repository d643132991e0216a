import type { Digest } from '@fettle/model';
import { type PublicKey, verifyEnvelope } from '@fettle/trust';
import { encodeStatement, parseStatement, statementPayloadType } from '../../statements/statement.ts';
import type { DataSetHeader, ImportedDataSet } from './data-set.ts';

export const dataSetPredicate = 'https://fettle.dev/vulnerability-data/v1';

/** The bytes that whoever imports a data set signs, as a DSSE payload of `statementPayloadType`. */
export function dataSetStatement({
  digest,
  header,
  sizeBytes,
}: Pick<ImportedDataSet, 'digest' | 'header' | 'sizeBytes'>): Uint8Array {
  return encodeStatement({
    subject: [{ sha256: digest }],
    predicateType: dataSetPredicate,
    predicate: {
      kind: header.kind,
      source: header.source,
      publishedAt: new Date(header.publishedAt).toISOString(),
      importedAt: new Date(header.importedAt).toISOString(),
      records: header.records,
      refused: header.refused,
      importer: header.importer,
      sizeBytes,
    },
  });
}

export type DataSetVerdict =
  | { readonly ok: true; readonly signedBy: readonly PublicKey[] }
  | { readonly ok: false; readonly message: string };

/**
 * Whether enough of the given keys vouch for a data set.
 * @param envelope DSSE, as it came
 * @param digest of the file's bytes, computed by who asks
 */
export function verifyDataSet(
  envelope: string,
  demand: { readonly keys: readonly PublicKey[]; readonly threshold: number },
  { digest, header }: { readonly digest: Digest; readonly header: DataSetHeader },
): DataSetVerdict {
  const verdict = verifyEnvelope(envelope, { payloadType: statementPayloadType, ...demand });
  if (!verdict.ok) return { ok: false, message: verdict.message };
  const reading = parseStatement(verdict.payload);
  if (!reading.ok) return reading;
  const { subject, predicateType, predicate } = reading.statement;
  if (predicateType !== dataSetPredicate) {
    return {
      ok: false,
      message: `Expected a statement on vulnerability data, found one of the type ${predicateType.slice(0, 100)}.`,
    };
  }
  if (!subject.some(({ sha256 }) => sha256 === digest)) {
    return { ok: false, message: `Expected a statement on the data set ${digest}, found one on another.` };
  }
  if (predicate.publishedAt !== new Date(header.publishedAt).toISOString()) {
    return { ok: false, message: 'The statement gives the data another date than the data set does.' };
  }
  return { ok: true, signedBy: verdict.signedBy };
}
