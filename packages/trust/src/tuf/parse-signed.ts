import { createHash } from 'node:crypto';
import { canonicalText, type JsonObject, wireText } from './canonical.ts';
import { asList, asRecord, asText, fail, hexText } from './fields.ts';
import { parseJsonObject } from './parse-json.ts';
import { Refusal } from './problem.ts';
import { tufLimits } from './tuf-limits.ts';

export interface TufSignature {
  readonly keyid: string;
  /** Hexadecimal. */
  readonly sig: string;
}

/** A metadata file as it came: nothing in `signed` is trusted before the signatures were counted. */
export interface ParsedSigned {
  readonly signed: JsonObject;
  /** What signatures are verified over: the bytes of `signed` as received, with line feeds as canonical form has them. */
  readonly signedBytes: Uint8Array;
  readonly signatures: readonly TufSignature[];
  /** The whole file. */
  readonly text: string;
}

/**
 * Reads the envelope of a metadata file.
 * @throws Refusal `metadata-too-large`, `metadata-malformed`, `metadata-not-canonical`
 * @source TUF 1.0.34 §4.2
 */
export function parseSigned(bytes: Uint8Array, maxBytes: number): ParsedSigned {
  if (bytes.length > maxBytes) {
    throw new Refusal('metadata-too-large', `Expected at most ${maxBytes} bytes of metadata, found more.`);
  }
  const text = decodeUtf8(bytes);
  const { value, spans } = parseJsonObject(text);
  const span = spans.get('signed') ?? fail('Expected the members signatures and signed, found no signed.');
  const signed = asRecord(value.signed, 'signed');
  const canonical = canonicalOf(signed);
  // Only one text stands for each value: what is verified and what is read cannot differ.
  if (text.slice(span.start, span.end) !== wireText(canonical)) throw notCanonical();
  return { signed, signedBytes: Buffer.from(canonical, 'utf8'), signatures: readSignatures(value.signatures), text };
}

/**
 * Reads what a signer is asked to sign: the canonical bytes of `signed` alone.
 * @throws Refusal `metadata-too-large`, `metadata-malformed`, `metadata-not-canonical`
 */
export function parsePayload(bytes: Uint8Array, maxBytes: number): JsonObject {
  if (bytes.length > maxBytes) {
    throw new Refusal('metadata-too-large', `Expected at most ${maxBytes} bytes to sign, found ${bytes.length}.`);
  }
  const text = decodeUtf8(bytes);
  const { value } = parseJsonObject(wireText(text));
  if (text !== canonicalOf(value)) throw notCanonical();
  return value;
}

/** SHA-256 of bytes as 64 hexadecimal digits. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function notCanonical(): Refusal {
  return new Refusal('metadata-not-canonical', 'Expected signed in canonical JSON, found other bytes.');
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail('Expected metadata in UTF-8.');
  }
}

function canonicalOf(signed: JsonObject): string {
  try {
    return canonicalText(signed);
  } catch (cause) {
    throw new Refusal('metadata-not-canonical', (cause as Error).message);
  }
}

function readSignatures(value: unknown): readonly TufSignature[] {
  const seen = new Set<string>();
  return asList(value, 'signatures', tufLimits.signatures).map((entry) => {
    const { keyid, sig } = asRecord(entry, 'a signature');
    const id = hexText(keyid, 'keyid', 64);
    // TUF 1.0.34 §4.2.1: one signature for each keyid.
    if (seen.has(id)) fail(`Expected one signature of each key, found two of ${id.slice(0, 12)}.`);
    seen.add(id);
    const digits = asText(sig, 'sig', tufLimits.signatureDigits);
    if (!/^(?:[0-9a-f]{2})*$/.test(digits)) fail('Expected sig in hexadecimal.');
    return { keyid: id, sig: digits };
  });
}
