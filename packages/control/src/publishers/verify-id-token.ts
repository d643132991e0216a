import { FettleError, type Instant, type IssuerKeySource, limits } from '@fettle/model';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { IssuerKeys } from './issuer-keys.ts';
import type { Claims } from './match-claims.ts';
import { readJwks, tokenAlgorithms } from './read-jwks.ts';

/** What a token says before anybody believes it: enough to look for its publishers. */
export interface UnverifiedToken {
  readonly issuer: string;
  readonly kid: string | undefined;
}

/** @returns undefined when it is no token that could ever be taken */
export function peekIdToken(token: string): UnverifiedToken | undefined {
  if (token.length > limits.idTokenLength) return undefined;
  try {
    const { alg, kid, typ } = decodeProtectedHeader(token);
    const { iss } = decodeJwt(token);
    if (typeof iss !== 'string' || !tokenAlgorithms.some((known) => known === alg)) return undefined;
    if (typ !== undefined && typ.toUpperCase() !== 'JWT') return undefined;
    return { issuer: iss, kid };
  } catch {
    return undefined;
  }
}

interface Verification {
  readonly issuer: string;
  readonly source: IssuerKeySource;
  readonly kid: string | undefined;
  readonly now: Instant;
}

/** An ID token that is good for as long as this at most. */
const oldestSeconds = 600;
const clockToleranceSeconds = 5;

/** A token that was verified. */
export interface VerifiedToken {
  readonly claims: Claims;
  /** `jti` */
  readonly tokenId: string;
}

/**
 * Verifies signature, issuer and times. Audience and everything else belong to a publisher.
 * @returns why not, as a code of jose with the claim
 * @throws FettleError `overloaded` when the keys cannot be had: that is no failed authentication
 */
export async function verifyIdToken(
  token: string,
  issuerKeys: IssuerKeys,
  { issuer, source, kid, now }: Verification,
): Promise<VerifiedToken | { readonly refused: string }> {
  const jwks =
    source.kind === 'pinned' ? readJwks(source.jwks) : await issuerKeys.jwksOf({ issuer, keys: source, kid });
  try {
    const { payload } = await jwtVerify(
      token,
      createLocalJWKSet(jwks as unknown as Parameters<typeof createLocalJWKSet>[0]),
      {
        algorithms: [...tokenAlgorithms],
        issuer,
        clockTolerance: clockToleranceSeconds,
        maxTokenAge: oldestSeconds,
        requiredClaims: ['jti', 'sub', 'iat', 'exp', 'aud'],
        currentDate: new Date(now),
      },
    );
    return asVerified(payload);
  } catch (error) {
    if (error instanceof errors.JOSEError) return { refused: describe(error) };
    throw error;
  }
}

function asVerified(payload: JWTPayload): VerifiedToken | { readonly refused: string } {
  const { jti, sub } = payload;
  if (typeof jti !== 'string' || jti === '' || jti.length > 512) return { refused: 'jti' };
  if (typeof sub !== 'string') return { refused: 'sub' };
  return { claims: payload, tokenId: jti };
}

function describe(error: errors.JOSEError): string {
  const { claim } = error as { readonly claim?: unknown };
  return typeof claim === 'string' ? `${error.code} ${claim.slice(0, 40)}` : error.code;
}

/** One text per set of keys, so that publishers of one issuer are verified together. */
export function sourceKey(source: IssuerKeySource): string {
  return JSON.stringify(
    source.kind === 'pinned'
      ? [source.kind, source.jwks]
      : source.kind === 'url'
        ? [source.kind, source.url]
        : [source.kind],
  );
}

/** For a brain that takes no ID tokens. */
export function requireIssuerKeys(keys: IssuerKeys | undefined): IssuerKeys {
  if (keys) return keys;
  throw new FettleError('wrong-state', 'This server takes no ID tokens.');
}
