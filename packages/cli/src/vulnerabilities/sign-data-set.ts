import { rename, rm, writeFile } from 'node:fs/promises';
import { type DataSetHeader, dataSetStatement, joinSignatures, openDataSet, readDataSetEnvelope } from '@fettle/gates';
import { type Digest, FettleError } from '@fettle/model';
import { type Envelope, signEnvelope, statementPayloadType } from '@fettle/trust';
import type { Context } from '../context.ts';
import { withFileSource } from '../image/file-source.ts';
import { identifyFile } from '../publish/digest.ts';
import { withKey } from '../trust/open-key.ts';
import { readStatement } from './statement-file.ts';

/** A data set as it lies in a file. */
export interface IdentifiedDataSet {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly header: DataSetHeader;
}

/** Reads what a data set file says of itself. */
export async function identifyDataSet(context: Context, file: string): Promise<IdentifiedDataSet> {
  const { digest, sizeBytes } = await identifyFile(file, { signal: context.io.signal });
  const { header } = await withFileSource(file, (source) => openDataSet(source, digest));
  return { digest, sizeBytes, header };
}

/**
 * Signs the statement on a data set, beside whoever signed it before.
 * @param path of the statement; it may be there already
 * @returns the ids of all keys that it names
 * @throws FettleError `invalid-input` when what lies there is about something else
 */
export async function signDataSet(
  context: Context,
  set: IdentifiedDataSet,
  { keys, path }: { readonly keys: readonly string[]; readonly path: string },
): Promise<readonly string[]> {
  const before = await readStatement(path);
  const signed = await signStatement(context, set, { keys, before, path });
  const made = `${path}.new`;
  try {
    await writeFile(made, `${JSON.stringify(signed)}\n`, { flag: 'wx' });
    await rename(made, path);
  } catch (cause) {
    await rm(made, { force: true });
    const message = `${path}: the statement cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`;
    throw new FettleError('invalid-input', message, { cause });
  }
  return signed.signatures.map(({ keyid }) => keyid);
}

/** The statement on a data set with the signatures of all given keys, and those that it had. */
export async function signStatement(
  context: Context,
  set: IdentifiedDataSet,
  { keys, before, path }: { readonly keys: readonly string[]; readonly before: string; readonly path: string },
): Promise<Envelope> {
  const statement = dataSetStatement(set);
  let signed = before === '' ? undefined : readOwn(before, { set, statement, path });
  for (const key of keys) {
    const added = await withKey(key, context.io, (signer) => signEnvelope(statementPayloadType, statement, [signer]));
    const both = signed ? joinSignatures(signed, added) : { ok: true as const, envelope: added };
    if (!both.ok) throw new FettleError('invalid-input', `${path}: ${both.message}`);
    signed = both.envelope;
  }
  if (signed) return signed;
  throw new FettleError('invalid-input', 'Expected a key to sign with: --key KEY.');
}

interface Found {
  readonly set: IdentifiedDataSet;
  readonly statement: Uint8Array;
  readonly path: string;
}

/** Nobody puts a name under what somebody else has added: it has to be the statement that would be made here. */
function readOwn(text: string, { set, statement, path }: Found): Envelope {
  const read = readDataSetEnvelope(text, set);
  if (!read.ok) throw new FettleError('invalid-input', `${path}: ${read.message}`);
  if (Buffer.from(statement).equals(Buffer.from(read.envelope.payload, 'base64'))) return read.envelope;
  const message = `${path}: expected the statement that is made here, found another on the same data set. Move it away, and sign anew.`;
  throw new FettleError('invalid-input', message);
}
