import type { KeyDemand } from '@fettle/model';
import { parseStatement, readPublicKey, statementPayloadType, verifyEnvelope } from '@fettle/trust';
import { isFields } from '../reading/fields.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import { readVex, type VexReading } from './read-vex.ts';
import type { VexAdoption } from './vex-statement.ts';

/**
 * Reads a VEX document that came with a release: signed (a DSSE envelope over an in-toto statement whose predicate is the
 * document) or as it is. Without the signatures of enough keys that may also sign exceptions it is kept and shown, and
 * closes nothing: whoever publishes could otherwise take every finding away.
 * @param believed keys of the policy, PEM, and how many of them have to have signed; undefined: none
 * @source in-toto attestation, "Envelope"; OpenVEX 0.2.0, "OpenVEX and in-toto attestations"
 */
export function readSuppliedVex(bytes: Uint8Array, adoption: VexAdoption, believed: KeyDemand | undefined): VexReading {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const envelope = envelopeIn(text);
  if (envelope === undefined) return unsigned(readVex(bytes, adoption));
  const statement = parseStatement(envelope);
  if (!statement.ok) return { ok: false, message: statement.message };
  const document = Buffer.from(JSON.stringify(statement.statement.predicate));
  const reading = readVex(document, adoption);
  return isBelieved(text, believed) ? reading : unsigned(reading);
}

/** The payload of what looks like an envelope; whether its signatures hold is asked apart. */
function envelopeIn(text: string): Uint8Array | undefined {
  // Envelopes have three members; documents have none of these names.
  if (!/^\s{0,64}\{/.test(text) || !text.includes('"payloadType"') || !text.includes('"signatures"')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isEnvelope = isFields(value) && value.payloadType === statementPayloadType;
    return isEnvelope && typeof value.payload === 'string' ? Buffer.from(value.payload, 'base64') : undefined;
  } catch {
    return undefined;
  }
}

function isBelieved(text: string, believed: KeyDemand | undefined): boolean {
  if (!believed || believed.keys.length === 0) return false;
  const keys = believed.keys.map(readPublicKey);
  // Base64 takes a third more than what it carries.
  const mostBytes = most.documentBytes * 2;
  return verifyEnvelope(text, {
    payloadType: statementPayloadType,
    mostBytes,
    keys,
    threshold: believed.threshold,
  }).ok;
}

function unsigned(reading: VexReading): VexReading {
  if (!reading.ok) return reading;
  return { ...reading, statements: reading.statements.map((one) => ({ ...one, isUnsigned: true as const })) };
}
