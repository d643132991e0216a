import type { KeyDemand } from '@fettle/model';
import { parseStatement, readPublicKey, statementPayloadType, verifyEnvelope } from '@fettle/trust';
import { findExcess, parseBoundedJson } from '../reading/bounded-json.ts';
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
  const payload = payloadIn(bytes);
  if (payload === undefined) return unsigned(readVex(bytes, adoption));
  // The document is within a statement: one level more than it may have by itself.
  const excess = findExcess(payload, { depth: most.jsonDepth + 1, values: most.documentValues });
  if (excess !== null) return { ok: false, message: excess };
  const statement = parseStatement(payload);
  if (!statement.ok) return { ok: false, message: statement.message };
  const document = Buffer.from(JSON.stringify(statement.statement.predicate));
  const reading = readVex(document, adoption);
  return isBelieved(bytes, believed) ? reading : unsigned(reading);
}

/** Base64 takes a third more than what it carries. */
const envelopeBounds = { bytes: most.documentBytes * 2, depth: 4, values: 1_000 };

/** The payload of what looks like an envelope; whether its signatures hold is asked apart. */
function payloadIn(bytes: Uint8Array): Buffer | undefined {
  const parsed = parseBoundedJson(bytes, envelopeBounds);
  const value = parsed.ok ? parsed.value : undefined;
  const isEnvelope = isFields(value) && value.payloadType === statementPayloadType;
  return isEnvelope && typeof value.payload === 'string' ? Buffer.from(value.payload, 'base64') : undefined;
}

function isBelieved(bytes: Uint8Array, believed: KeyDemand | undefined): boolean {
  if (!believed || believed.keys.length === 0) return false;
  const keys = believed.keys.map(readPublicKey);
  const demand = { payloadType: statementPayloadType, mostBytes: envelopeBounds.bytes, keys };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return verifyEnvelope(text, { ...demand, threshold: believed.threshold }).ok;
}

function unsigned(reading: VexReading): VexReading {
  if (!reading.ok) return reading;
  return { ...reading, statements: reading.statements.map((one) => ({ ...one, isUnsigned: true as const })) };
}
