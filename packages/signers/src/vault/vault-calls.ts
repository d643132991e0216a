import { type ErrorCode, FettleError } from '@fettle/model';
import { callJson, isObject } from '../json-call.ts';
import type { VaultSettings } from './settings.ts';

export interface VaultCall {
  readonly path: string;
  readonly signal: AbortSignal;
  /** With a body it is a POST, else a GET. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly token?: string;
}

export type VaultBody = Readonly<Record<string, unknown>>;

/**
 * One call of Vault's HTTP interface.
 * @throws FettleError by status: 400 `key-refused`, 403 `forbidden`, 404 `not-found`, 429 and 5xx `signer-unavailable`
 */
export async function callVault({ address, namespace }: VaultSettings, call: VaultCall): Promise<VaultBody> {
  const { path, body, token, signal } = call;
  const answer = await callJson({
    url: `${address}/v1/${path}`,
    method: body ? 'POST' : 'GET',
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(token === undefined ? {} : { 'x-vault-token': token }),
      ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
      'x-vault-request': 'true',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal,
  });
  if (answer.status === 200 || answer.status === 204) return answer.body;
  throw refusalOf(answer.status, answer.body, { address, ...call });
}

/** A member that must be an object. */
export function part(body: VaultBody, name: string): VaultBody {
  const value = body[name];
  if (isObject(value)) return value;
  throw new FettleError('signer-unavailable', `Expected "${name}" in the answer of Vault, found none.`);
}

function refusalOf(status: number, body: VaultBody, call: VaultCall & { address: string }): FettleError {
  const code = codeOf(status);
  const next: Partial<Record<ErrorCode, string>> = {
    forbidden: 'The token has expired, or its policy lacks update on the sign path and read on the keys path.',
    'not-found': 'Correct the name of the key, mount and namespace.',
    'signer-unavailable': 'It may be sealed or busy: try again.',
  };
  const said = messagesIn(body, call);
  const message = `Vault at ${call.address} refused ${call.path} (${status}${said}). ${next[code] ?? 'The key was not used.'}`;
  return new FettleError(code, message, { details: { status } });
}

function codeOf(status: number): ErrorCode {
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  // 412 asks to come back, 472 and 473 are standby nodes; the rest is sealed, busy or broken.
  return status === 429 || status === 412 || status >= 472 ? 'signer-unavailable' : 'key-refused';
}

// What Vault says helps; what we sent it in secret must not come back in a message.
function messagesIn(body: VaultBody, { token, body: sent }: VaultCall): string {
  const secrets = [token, sent?.secret_id, sent?.jwt].filter((text) => typeof text === 'string' && text !== '');
  const errors = Array.isArray(body.errors) ? body.errors.filter((text) => typeof text === 'string') : [];
  const text = errors.slice(0, 3).join('; ').slice(0, 2_000);
  const clean = secrets.reduce<string>((rest, secret) => rest.replaceAll(String(secret), '(secret)'), text);
  const line = clean.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 300);
  return line === '' ? '' : `: ${line}`;
}
