import { statementPayloadType } from '@fettle/trust';
import { type Bundle, bundleFromJSON, isBundleWithCertificateChain, isBundleWithDsseEnvelope } from '@sigstore/bundle';
import { provenanceLimits } from './settings.ts';

/** A proof as it came: a Sigstore bundle with a certificate, or an envelope that a builder's key has to have signed. */
export type Proof =
  | { readonly kind: 'bundle'; readonly bundle: Bundle; readonly payload: Uint8Array }
  | { readonly kind: 'envelope'; readonly payload: Uint8Array; readonly signatures: readonly Uint8Array[] };

const mostSignatures = 16;

/** @returns the proof, or what is wrong with it as a text; nothing is verified yet */
export function openProof(bytes: Uint8Array): Proof | string {
  if (bytes.length > provenanceLimits.bundleBytes) return `it has more than ${provenanceLimits.bundleBytes} bytes`;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return 'it is not JSON in UTF-8';
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'it is not a JSON object';
  return 'mediaType' in json ? openBundle(json) : openEnvelope(json);
}

function openBundle(json: object): Proof | string {
  let bundle: Bundle;
  try {
    bundle = bundleFromJSON(json);
  } catch (error) {
    return `it is no Sigstore bundle of version 0.1 to 0.3 (${(error as Error).message.slice(0, 200)})`;
  }
  if (!isBundleWithDsseEnvelope(bundle)) return 'it signs a file and not a statement';
  const { payload, payloadType, signatures } = bundle.content.dsseEnvelope;
  if (payloadType !== statementPayloadType) return `its payload is not ${statementPayloadType}`;
  const [signature, ...more] = signatures;
  if (!signature || more.length > 0) return 'it does not have exactly one signature';
  const { tlogEntries, timestampVerificationData, content } = bundle.verificationMaterial;
  const timestamps = timestampVerificationData?.rfc3161Timestamps ?? [];
  const most = provenanceLimits.entriesPerBundle;
  if (tlogEntries.length > most || timestamps.length > most)
    return `it has more than ${most} log entries or timestamps`;
  if (content.$case === 'publicKey') return { kind: 'envelope', payload, signatures: [signature.sig] };
  if (isBundleWithCertificateChain(bundle) && content.$case === 'x509CertificateChain') {
    if (content.x509CertificateChain.certificates.length > most) return `it has more than ${most} certificates`;
  }
  return { kind: 'bundle', bundle, payload };
}

/** @source DSSE 1.0.2, envelope.md; the key id is a hint that nobody needs here */
function openEnvelope(json: object): Proof | string {
  const { payload, payloadType, signatures } = json as Readonly<Record<string, unknown>>;
  if (payloadType !== statementPayloadType) return `its payload is not ${statementPayloadType}`;
  if (typeof payload !== 'string' || !Array.isArray(signatures)) return 'it is no envelope';
  if (signatures.length === 0 || signatures.length > mostSignatures) {
    return `it does not have 1 to ${mostSignatures} signatures`;
  }
  const sigs: unknown[] = signatures.map((entry: { readonly sig?: unknown } | null) => entry?.sig);
  if (!sigs.every((sig) => typeof sig === 'string' && sig.length <= 8_192)) return 'a signature is malformed';
  return {
    kind: 'envelope',
    payload: Buffer.from(payload, 'base64'),
    signatures: sigs.map((sig) => Buffer.from(String(sig), 'base64')),
  };
}
