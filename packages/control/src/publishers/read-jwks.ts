import { FettleError } from '@fettle/model';
import type { JsonWebKeySet } from './issuer-keys.ts';

/** Signature algorithms that ID tokens may have; never the ones of shared secrets, never none. */
export const tokenAlgorithms = ['RS256', 'ES256'] as const;
const mostKeys = 64;
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];

/**
 * Reads a JWK Set and keeps the keys that can verify ID tokens.
 * @source RFC 7517 §5
 * @throws FettleError `invalid-input` when it is none, has private keys or none that serves
 */
export function readJwks(text: string): JsonWebKeySet {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FettleError('invalid-input', 'Expected a JWK Set, found no JSON.', { cause });
  }
  const listed = (value as { readonly keys?: unknown } | null)?.keys;
  if (!Array.isArray(listed) || listed.length > mostKeys) {
    throw new FettleError('invalid-input', `Expected a JWK Set with a list of at most ${mostKeys} keys.`);
  }
  const keys = listed.filter(isObject);
  if (keys.some((key) => privateMembers.some((member) => member in key))) {
    throw new FettleError('invalid-input', 'Expected public keys only, found a private one: it is no secret any more.');
  }
  const usable = keys.filter(isUsable);
  if (usable.length > 0) return { keys: usable };
  throw new FettleError('invalid-input', `Expected at least one key for ${tokenAlgorithms.join(' or ')}, found none.`);
}

function isUsable({ kty, crv, alg, use }: Readonly<Record<string, unknown>>): boolean {
  if (use !== undefined && use !== 'sig') return false;
  const own = kty === 'RSA' ? 'RS256' : kty === 'EC' && crv === 'P-256' ? 'ES256' : undefined;
  return own !== undefined && (alg === undefined || alg === own);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
