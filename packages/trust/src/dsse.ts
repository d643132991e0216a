import { limits } from '@fettle/model';
import type { PublicKey } from './keys.ts';
import { verifySignature } from './keys.ts';
import type { Signer } from './signer.ts';

/** A DSSE envelope, version 1: @source https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md */
export interface Envelope {
  readonly payloadType: string;
  /** The signed bytes, base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

export type EnvelopeVerdict =
  | { readonly ok: true; readonly payload: Uint8Array; readonly signedBy: readonly PublicKey[] }
  | { readonly ok: false; readonly code: EnvelopeProblem; readonly message: string };
export type EnvelopeProblem = 'malformed' | 'wrong-payload-type' | 'too-few-signatures';

/** What is really signed: the pre-authentication encoding. @source DSSE protocol.md, "PAE" */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, 'utf8');
  const head = Buffer.from(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `, 'utf8');
  return Buffer.concat([head, payload]);
}

/** Wraps and signs bytes; one signature per signer. */
export async function signEnvelope(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly Signer[],
): Promise<Envelope> {
  const message = preAuthEncoding(payloadType, payload);
  const signatures: { keyid: string; sig: string }[] = [];
  for (const signer of signers) {
    signatures.push({ keyid: signer.keyId, sig: Buffer.from(await signer.sign(message)).toString('base64') });
  }
  return { payloadType, payload: Buffer.from(payload).toString('base64'), signatures };
}

/**
 * Verifies an envelope as it came: JSON text from outside.
 * The key id in the envelope is a hint only; each trusted key counts once, however often it signed.
 * Cost: at most `limits.signaturesPerEnvelope` × keys verifications.
 */
export function verifyEnvelope(
  text: string,
  demand: {
    payloadType: string;
    keys: readonly PublicKey[];
    threshold: number;
    /** Bytes of the envelope, where another bound holds than for manifests. */
    mostBytes?: number;
  },
): EnvelopeVerdict {
  const envelope = parseEnvelope(text, demand.mostBytes ?? limits.envelopeBytes);
  if (typeof envelope === 'string') return { ok: false, code: 'malformed', message: envelope };
  if (envelope.payloadType !== demand.payloadType) {
    const message = `Expected payload type ${demand.payloadType}, found ${envelope.payloadType.slice(0, 80)}.`;
    return { ok: false, code: 'wrong-payload-type', message };
  }
  const payload = Buffer.from(envelope.payload, 'base64');
  const message = preAuthEncoding(envelope.payloadType, payload);
  const signedBy = demand.keys.filter((key) =>
    envelope.signatures.some(
      ({ keyid, sig }) => keyid === key.id && verifySignature(key, message, Buffer.from(sig, 'base64')),
    ),
  );
  const distinct = new Set(signedBy.map((key) => key.id)).size;
  if (demand.threshold < 1 || distinct < demand.threshold) {
    const found = envelope.signatures.map(({ keyid }) => keyid.slice(0, 12)).join(', ') || 'none';
    return {
      ok: false,
      code: 'too-few-signatures',
      message: `Expected ${demand.threshold} valid signature(s) by trusted keys, found ${distinct} (signed by: ${found}).`,
    };
  }
  return { ok: true, payload, signedBy };
}

const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Reads an envelope without verifying it: for those who add a signature, or tell who claims to have signed.
 * @returns the envelope, or what is wrong with it in one sentence
 */
export function parseEnvelope(text: string, mostBytes: number): Envelope | string {
  if (text.length > mostBytes) return `An envelope has at most ${mostBytes} bytes.`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'The envelope is not JSON.';
  }
  if (!isObject(value)) return 'The envelope is not a JSON object.';
  const { payloadType, payload, signatures } = value;
  if (typeof payloadType !== 'string') return 'payloadType is not a string.';
  if (typeof payload !== 'string' || !base64Pattern.test(payload)) return 'payload is not base64.';
  if (!Array.isArray(signatures) || signatures.length > limits.signaturesPerEnvelope) {
    return `signatures is not a list of at most ${limits.signaturesPerEnvelope}.`;
  }
  for (const entry of signatures) {
    if (!isObject(entry) || typeof entry.keyid !== 'string' || typeof entry.sig !== 'string') {
      return 'A signature needs keyid and sig.';
    }
    if (entry.sig.length > 1_024 || !base64Pattern.test(entry.sig)) return 'A sig is not base64 of a sane length.';
  }
  return { payloadType, payload, signatures };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
