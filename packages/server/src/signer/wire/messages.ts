import type { EvidenceFile, KnownVersions, OnlineKeys, SignedRole, SignedTime } from '@fettle/control';
import {
  deviceId,
  type ErrorCode,
  errorCodes,
  FettleError,
  type Repository,
  type TenantId,
  tenantId,
} from '@fettle/model';
import type { CheckpointSignature, Envelope, SignCheckpoint, TufSignature } from '@fettle/trust';
import { readCheckpoint, readOrigin, type WireHead, writeCheckpoint } from './checkpoint-messages.ts';

/** What the signer is asked, one JSON object a line; bytes are in base64. */
export type SignerRequest =
  | { readonly do: 'keys'; readonly tenant: TenantId }
  | { readonly do: 'last'; readonly of: SignedRole }
  | { readonly do: 'known'; readonly tenant: TenantId; readonly repository: Repository }
  | { readonly do: 'learn'; readonly tenant: TenantId; readonly files: readonly EvidenceFile[] }
  | { readonly do: 'sign'; readonly of: SignedRole; readonly payload: Uint8Array }
  | { readonly do: 'time'; readonly tenant: TenantId; readonly nonce: string }
  | { readonly do: 'log-key'; readonly origin: string }
  | { readonly do: 'log-last'; readonly origin: string }
  | { readonly do: 'checkpoint'; readonly request: SignCheckpoint }
  | { readonly do: 'evidence-key' }
  | { readonly do: 'statement'; readonly statement: Uint8Array };

/** What each is answered. */
export interface SignerAnswers {
  readonly keys: OnlineKeys;
  readonly last: number;
  readonly known: KnownVersions;
  readonly learn: true;
  readonly sign: TufSignature;
  readonly time: SignedTime;
  /** A verifier key. */
  readonly 'log-key': string;
  readonly 'log-last': WireHead;
  readonly checkpoint: CheckpointSignature;
  /** SubjectPublicKeyInfo, base64. */
  readonly 'evidence-key': string;
  readonly statement: Envelope;
}

export type SignerAnswer =
  | { readonly id: number; readonly done: SignerAnswers[keyof SignerAnswers] }
  | { readonly id: number; readonly problem: WireProblem };

export interface WireProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly reason?: string;
}

/** A targets file of the largest size fits, in base64. */
export const longestLine = 8 * 1024 * 1024;
export const mostFilesTogether = 64;

// Ours have two levels and less than a hundred of these; JSON of many more is not worth the memory it would take.
const mostBrackets = 4 * mostFilesTogether;

/**
 * Reads one line.
 * @throws FettleError `invalid-input`, `invalid-id`
 */
export function readRequest(line: Buffer): { readonly id: number; readonly request: () => SignerRequest } {
  demandFewBrackets(line);
  const message = asObject(parseJson(line.toString('utf8')), 'a request');
  const { id } = message;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) fail('id to be a whole number');
  return { id, request: () => readBody(message) };
}

function demandFewBrackets(line: Buffer): void {
  let found = 0;
  for (let at = 0; at < line.length; at++) {
    if ((line[at] === 0x5b || line[at] === 0x7b) && ++found > mostBrackets) fail('fewer objects and lists');
  }
}

/** The line of a request. */
export function writeRequest(id: number, request: SignerRequest): string {
  const body = (() => {
    if (request.do === 'sign') return { ...request, payload: Buffer.from(request.payload).toString('base64') };
    if (request.do === 'checkpoint') return { do: request.do, ...writeCheckpoint(request.request) };
    if (request.do === 'statement') {
      return { do: request.do, statement: Buffer.from(request.statement).toString('base64') };
    }
    if (request.do !== 'learn') return request;
    const files = request.files.map((file) => ({ ...file, text: Buffer.from(file.text, 'utf8').toString('base64') }));
    return { ...request, files };
  })();
  return `${JSON.stringify({ id, ...body })}\n`;
}

export function writeAnswer(answer: SignerAnswer): string {
  return `${JSON.stringify(answer)}\n`;
}

/** Reads an answer of the signer, which is trusted with its own shape but not with codes. */
export function readAnswer(line: Buffer): SignerAnswer {
  return JSON.parse(line.toString('utf8')) as SignerAnswer;
}

/** How an error is told. The cause stays in the signer's own log. */
export function problemOf(error: unknown): WireProblem {
  if (!(error instanceof FettleError))
    return { code: 'internal', message: 'The signer failed; its log has the cause.' };
  const { reason } = error.details;
  return { code: error.code, message: error.message, ...(typeof reason === 'string' ? { reason } : {}) };
}

export function errorOf({ code, message, reason }: WireProblem): FettleError {
  const known = Object.hasOwn(errorCodes, code) ? code : 'internal';
  return new FettleError(known, message, reason === undefined ? {} : { details: { reason } });
}

function readBody(message: Record<string, unknown>): SignerRequest {
  switch (message.do) {
    case 'keys':
      return { do: 'keys', tenant: tenantId(asText(message.tenant, 'tenant')) };
    case 'last':
      return { do: 'last', of: readRole(message.of) };
    case 'known':
      return { do: 'known', tenant: tenantId(asText(message.tenant, 'tenant')), repository: readRepository(message) };
    case 'learn':
      return { do: 'learn', tenant: tenantId(asText(message.tenant, 'tenant')), files: readFiles(message.files) };
    case 'sign':
      return {
        do: 'sign',
        of: readRole(message.of),
        payload: Buffer.from(asText(message.payload, 'payload'), 'base64'),
      };
    case 'time':
      return { do: 'time', tenant: tenantId(asText(message.tenant, 'tenant')), nonce: readNonce(message.nonce) };
    case 'log-key':
    case 'log-last':
      return { do: message.do, origin: readOrigin(message.origin) };
    case 'checkpoint':
      return { do: 'checkpoint', request: readCheckpoint(message) };
    case 'evidence-key':
      return { do: 'evidence-key' };
    case 'statement':
      return { do: 'statement', statement: Buffer.from(asText(message.statement, 'statement'), 'base64') };
    default:
      return fail('do to be one of those in docs/signer.md');
  }
}

function readRole(value: unknown): SignedRole {
  const of = asObject(value, 'of');
  const tenant = tenantId(asText(of.tenant, 'of.tenant'));
  const { role } = of;
  if (of.repository === 'image' && (role === 'snapshot' || role === 'timestamp'))
    return { tenant, repository: 'image', role };
  if (of.repository === 'director' && (role === 'targets' || role === 'snapshot' || role === 'timestamp')) {
    return { tenant, repository: 'director', role, device: deviceId(asText(of.device, 'of.device')) };
  }
  return fail('of to name snapshot or timestamp of image, or targets, snapshot or timestamp of director');
}

function readFiles(value: unknown): readonly EvidenceFile[] {
  if (!Array.isArray(value) || value.length > mostFilesTogether)
    fail(`files to be a list of at most ${mostFilesTogether}`);
  return (value as unknown[]).map((entry) => {
    const file = asObject(entry, 'a file');
    const version = Number(file.version);
    if (!Number.isSafeInteger(version) || version < 1) fail('version of a file to be a whole number of 1 or more');
    const text = Buffer.from(asText(file.text, 'text of a file'), 'base64').toString('utf8');
    return { repository: readRepository(file), role: asText(file.role, 'role of a file').slice(0, 100), version, text };
  });
}

function readRepository({ repository }: Record<string, unknown>): Repository {
  return repository === 'image' || repository === 'director' ? repository : fail('repository to be image or director');
}

// 16 to 64 bytes, in hexadecimal or base64url: what is signed must not be text that means something elsewhere.
function readNonce(value: unknown): string {
  const nonce = asText(value, 'nonce');
  return /^[A-Za-z0-9_-]{22,128}$/.test(nonce) ? nonce : fail('nonce of 22 to 128 characters of base64url');
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(`${what} to be an object`);
  return value as Record<string, unknown>;
}

function asText(value: unknown, what: string): string {
  return typeof value === 'string' ? value : fail(`${what} to be text`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail('one JSON object a line');
  }
}

function fail(expected: string): never {
  throw new FettleError('invalid-input', `Signer: expected ${expected}.`);
}
