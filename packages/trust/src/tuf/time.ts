import { FettleError, type Instant } from '@fettle/model';
import { type PublicKey, verifySignature } from '../keys.ts';
import type { Signer } from '../signer.ts';
import { encodeCanonical } from './canonical.ts';
import { asInstant, asText, hexText, instantText } from './fields.ts';
import type { RootMetadata } from './metadata.ts';
import { parseJsonObject } from './parse-json.ts';
import { Refusal } from './problem.ts';
import { publicKeyOf, tufKeyOf } from './tuf-key.ts';
import { tufLimits } from './tuf-limits.ts';

/** Why a signed time was not taken. */
export type TimeProblem = 'malformed' | 'other-nonce' | 'signature' | 'before-floor';

export interface TimeEvidence {
  /** What the device knows that it is at least: the newest of image build time and accepted signed time. */
  readonly floor: Instant;
  /** The clock of the device; undefined when it has none. */
  readonly clock: Instant | undefined;
  /** The answer to this cycle's nonce, as received. */
  readonly answer: Uint8Array | undefined;
  readonly nonce: string;
  /** Keys of signed time of the trusted director root, by keyid; see `timeKeysOf`. */
  readonly timeKeys: ReadonlyMap<string, PublicKey>;
  /** Expiry of that root. */
  readonly rootExpiresAt: Instant;
}

export interface TrustedTime {
  readonly now: Instant;
  /** To be stored before anything rests on `now`. */
  readonly floor: Instant;
  readonly source: 'answer' | 'clock' | 'floor';
  /** Why an answer that came was not taken. */
  readonly problem: TimeProblem | undefined;
}

/**
 * The time that freshness is judged by. Never throws, and never needs a right clock: the worst that a wrong one does is
 * that metadata counts as stale until an answer comes.
 * @source decision 0020, "Time"
 */
export function trustedTime(evidence: TimeEvidence): TrustedTime {
  const { floor, clock, answer, rootExpiresAt } = evidence;
  const told = answer === undefined ? undefined : readAnswer(answer, evidence);
  if (typeof told === 'number') {
    // A stolen time key may mislead this cycle; what is kept never goes beyond the root that names the key.
    return { now: told, floor: Math.max(floor, Math.min(told, rootExpiresAt)), source: 'answer', problem: undefined };
  }
  if (clock !== undefined && clock >= floor && clock <= latestInstant) {
    return { now: clock, floor, source: 'clock', problem: told };
  }
  return { now: floor, floor, source: 'floor', problem: told };
}

const noncePattern = /^(?:[0-9a-f]{2}){16,64}$/;

// What metadata can write at most: the end of the year 9999. A clock beyond it is broken.
const latestInstant: Instant = 253_402_300_799_000;

/**
 * Answers a nonce: canonical JSON `{keyid, nonce, sig, time}`; the signature is over `{_type, nonce, time}`.
 * @param nonce 16 to 64 bytes in hexadecimal, from the device
 * @throws FettleError `invalid-input` on another nonce
 */
export async function signTime(nonce: string, time: Instant, signer: Signer): Promise<Uint8Array> {
  if (!noncePattern.test(nonce)) {
    throw new FettleError('invalid-input', 'Expected a nonce of 16 to 64 bytes in lower-case hexadecimal.');
  }
  const text = instantText(time);
  const sig = Buffer.from(await signer.sign(timeMessage(nonce, text))).toString('hex');
  return encodeCanonical({ keyid: tufKeyOf(signer.publicKey).keyid, nonce, sig, time: text });
}

/** The keys of signed time that a director's root names, by keyid. */
export function timeKeysOf(root: Pick<RootMetadata, 'time'>): ReadonlyMap<string, PublicKey> {
  const keys = new Map<string, PublicKey>();
  for (const key of root.time?.keys ?? []) {
    const publicKey = publicKeyOf(key);
    if (publicKey) keys.set(key.keyid, publicKey);
  }
  return keys;
}

/**
 * The time floor after an update of the director's root: only a newer root that says so lowers it, which is how a fleet
 * recovers from a stolen time key.
 */
export function floorAfterRoot(
  floor: Instant,
  before: Pick<RootMetadata, 'version'>,
  after: Pick<RootMetadata, 'version' | 'time'>,
): Instant {
  return after.version > before.version ? (after.time?.floor ?? floor) : floor;
}

function readAnswer(bytes: Uint8Array, { nonce, timeKeys, floor }: TimeEvidence): Instant | TimeProblem {
  const answer = parseAnswer(bytes);
  if (!answer) return 'malformed';
  if (answer.nonce !== nonce || !noncePattern.test(nonce)) return 'other-nonce';
  const key = timeKeys.get(answer.keyid);
  const message = timeMessage(answer.nonce, answer.text);
  if (!key || !verifySignature(key, message, Buffer.from(answer.sig, 'hex'))) return 'signature';
  return answer.time >= floor ? answer.time : 'before-floor';
}

function parseAnswer(bytes: Uint8Array) {
  if (bytes.length > tufLimits.timeBytes) return undefined;
  try {
    const { value } = parseJsonObject(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    const text = asText(value.time, 'time', 20);
    return {
      keyid: hexText(value.keyid, 'keyid', 64),
      nonce: asText(value.nonce, 'nonce', 128),
      sig: asText(value.sig, 'sig', tufLimits.timeBytes),
      text,
      time: asInstant(text, 'time'),
    };
  } catch (error) {
    if (error instanceof Refusal || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Names its purpose, so that no signature over a time is one over anything else. */
function timeMessage(nonce: string, time: string): Uint8Array {
  return encodeCanonical({ _type: 'fettle-time/1', nonce, time });
}
