import { FettleError } from '@fettle/model';
import type { Signer } from '../signer.ts';
import { canonicalText, wireText } from './canonical.ts';
import type { TufSignature } from './parse-signed.ts';
import { tufKeyOf } from './tuf-key.ts';

/**
 * Signs the canonical bytes of a signed part and makes the whole file.
 * @param signed from `encodeMetadata`, never made anew from a file of somebody else
 */
export async function signMetadata(signed: Uint8Array, signers: readonly Signer[]): Promise<Uint8Array> {
  const signatures: TufSignature[] = [];
  for (const signer of signers) signatures.push(await signatureBy(signed, signer));
  return assembleFile(signed, signatures);
}

/** One signature as files hold it. */
export async function signatureBy(signed: Uint8Array, signer: Signer): Promise<TufSignature> {
  const sig = Buffer.from(await signer.sign(signed)).toString('hex');
  return { keyid: tufKeyOf(signer.publicKey).keyid, sig };
}

/**
 * Adds a signature that was made elsewhere; the signed part stays as it is, byte for byte.
 * @throws FettleError `invalid-input` when the key has signed already
 */
export function addSignature(
  file: { readonly signedBytes: Uint8Array; readonly signatures: readonly TufSignature[] },
  signature: TufSignature,
): Uint8Array {
  if (file.signatures.some(({ keyid }) => keyid === signature.keyid)) {
    const message = `Expected one signature of each key, found a second of ${signature.keyid.slice(0, 12)}.`;
    throw new FettleError('invalid-input', message);
  }
  return assembleFile(file.signedBytes, [...file.signatures, signature]);
}

/** The file of a signed part and its signatures. */
export function assembleFile(signed: Uint8Array, signatures: readonly TufSignature[]): Uint8Array {
  const body = wireText(Buffer.from(signed).toString('utf8'));
  const list = canonicalText(signatures.map(({ keyid, sig }) => ({ keyid, sig })));
  return Buffer.from(`{"signatures":${list},"signed":${body}}`, 'utf8');
}
