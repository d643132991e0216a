import type { Digest } from '@fettle/model';
import {
  encodeStatement,
  type PublicKey,
  parseStatement,
  type Statement,
  statementPayloadType,
  verifyEnvelope,
} from '@fettle/trust';
import { vulnerabilityLimits } from '../vulnerability-limits.ts';
import type { DataSetHeader, ImportedDataSet } from './data-set.ts';

export const dataSetPredicate = 'https://fettle.dev/vulnerability-data/v1';

/** A data set as others name it: the digest of its bytes, and what they say they are. */
export interface NamedDataSet {
  readonly digest: Digest;
  readonly header: Pick<DataSetHeader, 'kind' | 'source' | 'publishedAt' | 'importedAt' | 'records'>;
}

/** The bytes that those sign who vouch for a data set, as a DSSE payload of `statementPayloadType`. */
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
 * Whether enough of the given keys vouch for a data set: for its digest, its kind, its source and its dates.
 * @param envelope DSSE, as it came; empty when nobody signed
 * @param set as it was found, its digest computed by who asks
 */
export function verifyDataSet(
  envelope: string,
  demand: { readonly keys: readonly PublicKey[]; readonly threshold: number },
  set: NamedDataSet,
): DataSetVerdict {
  if (envelope === '') return { ok: false, message: 'Nobody signed it.' };
  const mostBytes = vulnerabilityLimits.envelopeBytes;
  const verdict = verifyEnvelope(envelope, { payloadType: statementPayloadType, mostBytes, ...demand });
  if (!verdict.ok) return { ok: false, message: verdict.message };
  const message = otherThan(verdict.payload, set);
  return message === undefined ? { ok: true, signedBy: verdict.signedBy } : { ok: false, message };
}

/** @returns what a statement says otherwise than the data set, in one sentence; undefined when it is about it */
export function otherThan(payload: Uint8Array, { digest, header }: NamedDataSet): string | undefined {
  const reading = parseStatement(payload);
  if (!reading.ok) return reading.message;
  const { subject, predicateType, predicate } = reading.statement;
  if (predicateType !== dataSetPredicate) {
    return `Expected a statement on vulnerability data, found one of the type ${predicateType.slice(0, 100)}.`;
  }
  if (!subject.some(({ sha256 }) => sha256 === digest)) {
    return `Expected a statement on the data set ${digest}, found one on another.`;
  }
  const wrong = fieldThatDiffers(predicate, header);
  return wrong && `The statement names another ${wrong} than the data set does.`;
}

function fieldThatDiffers(
  predicate: Statement['predicate'],
  { kind, source, publishedAt, importedAt, records }: NamedDataSet['header'],
): string | undefined {
  const said: readonly (readonly [string, string, unknown])[] = [
    ['kind', 'kind', kind],
    ['source', 'source', source],
    ['publishedAt', 'date', new Date(publishedAt).toISOString()],
    ['importedAt', 'date of import', new Date(importedAt).toISOString()],
    ['records', 'number of records', records],
  ];
  return said.find(([name, , wanted]) => predicate[name] !== wanted)?.[1];
}
