import { createHash, randomBytes } from 'node:crypto';
import { FettleError, type Instant, repositories } from '@fettle/model';
import type { ChangeEvidence, ToExamine } from './examine-change.ts';
import { type Fields, readFields } from './file-fields.ts';
import { readOrigin } from './pins.ts';

export const requestFormat = 'fettle-signing-request/1';
export const signatureFormat = 'fettle-signature/1';
/** Bytes of a request file, and of a signature file. */
export const mostRequestBytes = 1_048_576;

/** What is carried to a machine without a network. Summary and keyids are for people: nothing is decided by them. */
export interface SigningRequest extends ToExamine {
  readonly change: string;
  readonly origin: string;
  readonly version: number;
  readonly summary: readonly string[];
  readonly keyids: readonly string[];
  readonly requestedBy: string;
  readonly reason: string;
  readonly created: Instant;
  readonly expires: Instant;
  readonly nonce: string;
  readonly evidence: ChangeEvidence;
}

/** What is carried back. */
export interface SignatureFile {
  readonly requestSha256: string;
  readonly change: string;
  readonly keyid: string;
  /** Hexadecimal. */
  readonly sig: string;
  readonly signer: string;
  readonly meaning: string;
  readonly time: Instant;
}

/**
 * A request as the text of a `.tosign` file.
 * @throws FettleError `too-large`
 */
export function writeRequest(request: Omit<SigningRequest, 'nonce'>): string {
  const { payload, created, expires, evidence, ...rest } = request;
  const file = {
    format: requestFormat,
    ...rest,
    payload: Buffer.from(payload).toString('base64'),
    sha256: sha256(payload),
    created: new Date(created).toISOString(),
    expires: new Date(expires).toISOString(),
    nonce: randomBytes(16).toString('hex'),
    roots: evidence.roots,
    ...(evidence.targets === undefined ? {} : { targets: evidence.targets }),
    ...(evidence.previous === undefined ? {} : { previous: evidence.previous }),
  };
  const text = `${JSON.stringify(file, null, 2)}\n`;
  if (Buffer.byteLength(text) <= mostRequestBytes) return text;
  throw new FettleError('too-large', `Expected a request of at most ${mostRequestBytes} bytes, found more.`);
}

/**
 * Reads a `.tosign` file; it may come from anybody.
 * @throws FettleError `invalid-input`, `digest-mismatch` for a changed payload, `wrong-state` once it has expired
 */
export function readRequest(text: string, now: Instant): SigningRequest {
  const fields = readFields(text, { format: requestFormat, mostBytes: mostRequestBytes, known: requestMembers });
  const payload = fields.base64('payload');
  if (sha256(payload) !== fields.hex('sha256', 64)) {
    throw new FettleError('digest-mismatch', 'Expected the payload that the request names, found changed bytes.');
  }
  const request: SigningRequest = {
    change: fields.text('change', 100),
    origin: readOrigin(fields.text('origin', 320)),
    repository: fields.oneOf('repository', repositories),
    role: fields.text('role', 64),
    version: fields.integer('version'),
    payload,
    summary: fields.texts('summary', 50_000),
    keyids: fields.texts('keyids', 64),
    requestedBy: fields.text('requestedBy', 500),
    reason: fields.text('reason', 5_000),
    created: fields.instant('created'),
    expires: fields.instant('expires'),
    nonce: fields.hex('nonce', 32),
    evidence: evidenceOf(fields),
  };
  if (request.expires > now) return request;
  const since = new Date(request.expires).toISOString();
  throw new FettleError('wrong-state', `This request expired at ${since}. Ask for a new one, or set the clock right.`);
}

/** A signature as the text of a `.signed` file. */
export function writeSignature(signature: SignatureFile): string {
  const file = { format: signatureFormat, ...signature, time: new Date(signature.time).toISOString() };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Reads a `.signed` file. @throws FettleError `invalid-input` */
export function readSignature(text: string): SignatureFile {
  const fields = readFields(text, { format: signatureFormat, mostBytes: mostRequestBytes, known: signatureMembers });
  return {
    requestSha256: fields.hex('requestSha256', 64),
    change: fields.text('change', 100),
    keyid: fields.hex('keyid', 64),
    sig: fields.hex('sig'),
    signer: fields.text('signer', 500),
    meaning: fields.text('meaning', 100),
    time: fields.instant('time'),
  };
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function evidenceOf(fields: Fields): ChangeEvidence {
  const optional = (name: string) => (fields.has(name) ? fields.text(name, mostRequestBytes) : undefined);
  return { roots: fields.texts('roots', 256), targets: optional('targets'), previous: optional('previous') };
}

const requestMembers = [
  'change',
  'origin',
  'repository',
  'role',
  'version',
  'payload',
  'sha256',
  'summary',
  'keyids',
  'requestedBy',
  'reason',
  'created',
  'expires',
  'nonce',
  'roots',
  'targets',
  'previous',
];
const signatureMembers = ['requestSha256', 'change', 'keyid', 'sig', 'signer', 'meaning', 'time'];
