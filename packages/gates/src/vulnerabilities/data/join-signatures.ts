import { limits } from '@fettle/model';
import { type Envelope, parseEnvelope, statementPayloadType } from '@fettle/trust';
import { vulnerabilityLimits } from '../vulnerability-limits.ts';
import { type NamedDataSet, otherThan } from './data-set-statement.ts';

export type EnvelopeReading =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly message: string };

/**
 * Reads an envelope and compares what it says with the data set; its signatures are not verified, as whose count is for
 * each fleet to say.
 * @param text DSSE, as it came
 */
export function readDataSetEnvelope(text: string, set: NamedDataSet): EnvelopeReading {
  const envelope = parseEnvelope(text, vulnerabilityLimits.envelopeBytes);
  if (typeof envelope === 'string') return { ok: false, message: envelope };
  if (envelope.payloadType !== statementPayloadType) {
    const found = envelope.payloadType.slice(0, 80);
    return { ok: false, message: `Expected payload type ${statementPayloadType}, found ${found}.` };
  }
  const message = otherThan(Buffer.from(envelope.payload, 'base64'), set);
  return message === undefined ? { ok: true, envelope } : { ok: false, message };
}

/**
 * One envelope with the signatures of both; of one key the newer. Nothing is verified.
 * @returns what stands in the way, in one sentence, when they do not sign the same bytes or are too many
 */
export function joinSignatures(before: Envelope, added: Envelope): EnvelopeReading {
  if (before.payload !== added.payload) {
    return { ok: false, message: 'Expected signatures of the same statement, found two different ones.' };
  }
  const renewed = new Set(added.signatures.map(({ keyid }) => keyid));
  const signatures = [...before.signatures.filter(({ keyid }) => !renewed.has(keyid)), ...added.signatures];
  if (signatures.length <= limits.signaturesPerEnvelope) return { ok: true, envelope: { ...before, signatures } };
  return { ok: false, message: `A statement has at most ${limits.signaturesPerEnvelope} signatures.` };
}
