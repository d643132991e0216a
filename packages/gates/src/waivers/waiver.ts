import { FettleError, type Finding, type Instant, type ReleaseGate, releaseGates } from '@fettle/model';
import { type PublicKey, parseStatement, statementPayloadType, verifyEnvelope } from '@fettle/trust';

export const waiverPredicate = 'https://fettle.dev/waiver/v1';

/** A signed exception: lets findings stand for a while, and is shown with them. */
export interface Waiver {
  readonly fleet: string;
  readonly gate: ReleaseGate;
  /** Which findings: by rule, and narrower by fingerprint or place; `*` at the end of a place stands for any rest. */
  readonly rule: string;
  readonly fingerprint?: string | undefined;
  readonly place?: string | undefined;
  readonly reason: string;
  readonly author: string;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

export type WaiverReading =
  | { readonly ok: true; readonly waiver: Waiver; readonly signedBy: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** No exception is for ever. */
export const longestWaiverMs: number = 366 * 86_400_000;

/**
 * Reads a signed waiver: a DSSE envelope over an in-toto statement, as JSON text.
 * @returns the waiver with the ids of the keys that signed it, or what is wrong in one sentence
 */
export function readWaiver(
  text: string,
  demand: { readonly keys: readonly PublicKey[]; readonly threshold: number },
): WaiverReading {
  const verdict = verifyEnvelope(text, { ...demand, payloadType: statementPayloadType });
  if (!verdict.ok) return { ok: false, message: verdict.message };
  const statement = parseStatement(verdict.payload);
  if (!statement.ok) return statement;
  if (statement.statement.predicateType !== waiverPredicate) {
    return { ok: false, message: `Expected a statement of type ${waiverPredicate}.` };
  }
  try {
    const waiver = waiverFrom(statement.statement.predicate);
    return { ok: true, waiver, signedBy: verdict.signedBy.map((key) => key.id) };
  } catch (error) {
    if (error instanceof FettleError) return { ok: false, message: error.message };
    throw error;
  }
}

/** Whether a waiver covers a finding at an instant. One that is over covers nothing: the finding is back. */
export function covers(waiver: Waiver, finding: Finding, now: Instant): boolean {
  if (now >= waiver.expiresAt || now < waiver.issuedAt - clockTolerance) return false;
  if (waiver.gate !== finding.gate || waiver.rule !== finding.rule) return false;
  if (waiver.fingerprint !== undefined && waiver.fingerprint !== finding.fingerprint) return false;
  return waiver.place === undefined || fits(waiver.place, finding.place);
}

/** Laptops that sign waivers are not all right to the second. */
const clockTolerance = 300_000;

function fits(pattern: string, place: string): boolean {
  return pattern.endsWith('*') ? place.startsWith(pattern.slice(0, -1)) : place === pattern;
}

/** @throws FettleError `invalid-input` */
export function waiverFrom(value: Readonly<Record<string, unknown>>): Waiver {
  const { fleet, gate, rule, fingerprint, place, reason, author, issuedAt, expiresAt } = value;
  const known = releaseGates.find((one) => one === gate);
  if (!known) throw refused(`gate to be one of ${releaseGates.join(', ')}`);
  if (!isText(fleet) || !isText(rule) || !isText(author)) throw refused('fleet, rule and author');
  if (!isText(reason) || reason.trim().length < 10) throw refused('a reason of 10 characters or more');
  if (fingerprint !== undefined && !(typeof fingerprint === 'string' && /^[0-9a-f]{32}$/.test(fingerprint))) {
    throw refused('a fingerprint of 32 hex digits');
  }
  if (place !== undefined && !isText(place)) throw refused('a place of text');
  const from = instantOf(issuedAt);
  const until = instantOf(expiresAt);
  if (until <= from || until - from > longestWaiverMs) throw refused('an expiry after its issue, within a year');
  return { fleet, gate: known, rule, fingerprint, place, reason, author, issuedAt: from, expiresAt: until };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 2_000;
}

function instantOf(value: unknown): Instant {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw refused('issuedAt and expiresAt as RFC 3339 instants');
  return at;
}

function refused(expected: string): FettleError {
  return new FettleError('invalid-input', `A waiver is not as it should be: expected ${expected}.`);
}
