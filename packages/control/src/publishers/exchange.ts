import { createHash } from 'node:crypto';
import { FettleError, type FleetId, type Instant, limits, makeId, type Publisher, type TenantId } from '@fettle/model';
import { hashToken } from '../access/hash-token.ts';
import { publishingPermissions, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { OperatorToken } from '../ports.ts';
import { type Claims, unfittingClaims } from './match-claims.ts';
import { sourceOf } from './release-source.ts';
import { peekIdToken, requireIssuerKeys, sourceKey, type VerifiedToken, verifyIdToken } from './verify-id-token.ts';

export interface Exchange {
  readonly tenant: TenantId;
  readonly token: string;
  /** The fleet that is meant, where jobs of one repository publish to several. */
  readonly fleet: FleetId | undefined;
  /** Asked before a refusal is written to the audit log: anybody can get tokens of a public issuer. */
  readonly mayNote: () => boolean;
}

export interface Exchanged {
  readonly token: string;
  readonly fleet: FleetId;
  readonly publisher: string;
  readonly expiresAt: Instant;
}

/** ID tokens are good for ten minutes after they were made: spent ones are remembered longer than any clock is wrong. */
const forgetAfterMs = 3_600_000;

/**
 * Gives a job of CI a short-lived token that publishes to one fleet, for the ID token of its provider: the signature is
 * verified with keys of an issuer that somebody trusted by name, each ID token is good for once, and the first publisher
 * that fits wins. Why a token was refused is in the audit log, not in the answer.
 * @throws FettleError `not-authenticated`, `token-replayed`, `forbidden`, `limit-reached`, `overloaded`
 */
export async function exchangeIdToken(brain: Brain, asked: Exchange): Promise<Exchanged> {
  const peeked = peekIdToken(asked.token);
  const scope = exchangeScope(asked.tenant);
  const reads = brain.store.reads(scope);
  // An issuer that nobody trusts is never asked for anything: who sends the token does not choose whom we call.
  const known = peeked ? (await reads.publishers()).filter(({ issuer }) => issuer === peeked.issuer) : [];
  if (!peeked || known.length === 0) throw refusedToken();
  const verified = await verifyAny(brain, asked.token, { known, kid: peeked.kid });
  const wanted = known.filter(({ fleet }) => asked.fleet === undefined || fleet === asked.fleet);
  for (const { publisher, token } of pairs(wanted, verified)) {
    if (unfittingClaims(publisher, token.claims).length === 0)
      return issue(brain, publisher, { tenant: asked.tenant, token });
  }
  const [first] = verified.values();
  if (first) await noteRefusal(brain, asked, { known: wanted, claims: first.claims });
  throw new FettleError(
    'forbidden',
    'No trusted publisher fits this job. The audit log of the server says which claims differ.',
  );
}

type BySource = ReadonlyMap<string, VerifiedToken>;

/** Publishers of one issuer nearly always share its keys, so this verifies once. */
async function verifyAny(
  brain: Brain,
  token: string,
  { known, kid }: { readonly known: readonly Publisher[]; readonly kid: string | undefined },
): Promise<BySource> {
  const issuerKeys = requireIssuerKeys(brain.issuerKeys);
  const verified = new Map<string, VerifiedToken>();
  const tried = new Set<string>();
  let away: unknown;
  for (const { issuer, keys } of known) {
    const source = sourceKey(keys);
    if (tried.has(source)) continue;
    tried.add(source);
    try {
      const verdict = await verifyIdToken(token, issuerKeys, { issuer, source: keys, kid, now: brain.clock.now() });
      if (!('refused' in verdict)) verified.set(source, verdict);
    } catch (error) {
      // Keys that cannot be had say nothing: those of another publisher may be pinned.
      away = error;
    }
  }
  if (verified.size > 0) return verified;
  throw away ?? refusedToken();
}

function pairs(publishers: readonly Publisher[], verified: BySource) {
  return publishers.flatMap((publisher) => {
    const token = verified.get(sourceKey(publisher.keys));
    return token ? [{ publisher, token }] : [];
  });
}

async function issue(
  brain: Brain,
  publisher: Publisher,
  { tenant, token }: { readonly tenant: TenantId; readonly token: VerifiedToken },
): Promise<Exchanged> {
  const now = brain.clock.now();
  const text = `fop_${Buffer.from(brain.random.bytes(24)).toString('base64url')}`;
  const { name, fleet, deviceTypes } = publisher;
  const record: OperatorToken = {
    id: makeId('tok', now, brain.random.bytes(10)),
    tenant,
    name,
    hash: hashToken(text),
    permissions: publishingPermissions,
    createdAt: now,
    revokedAt: null,
    expiresAt: now + publisher.tokenLifeMs,
    only: { fleet, deviceTypes, source: sourceOf(publisher, token.claims), claims: token.claims },
    fleets: [],
  };
  const tokenId = createHash('sha256').update(token.tokenId).digest('hex');
  await brain.store.transact(exchangeScope(tenant, publisher), async (tx) => {
    // The publisher may have been removed or changed since it was read.
    const standing = (await tx.publishers()).find((one) => one.name === name);
    if (JSON.stringify(standing) !== JSON.stringify(publisher)) throw refusedToken();
    const used = { issuer: publisher.issuer, tokenId, expiresAt: now + forgetAfterMs };
    if (!(await tx.useTokenId(used, now))) {
      throw new FettleError(
        'token-replayed',
        'This ID token was exchanged before. A job asks its provider for a new one.',
      );
    }
    await tx.deleteEndedTokens(now - forgetAfterMs);
    if ((await tx.countPublisherTokens(name, now)) >= limits.tokensPerPublisher) {
      throw new FettleError(
        'limit-reached',
        `Jobs of ${name} hold ${limits.tokensPerPublisher} tokens that are still good.`,
      );
    }
    await tx.insertOperatorToken(record);
    await tx.appendAudit({
      verb: 'publisher.token-issued',
      object: `publisher/${name}`,
      fleet,
      before: null,
      after: createHash('sha256').update(JSON.stringify(token.claims)).digest('hex'),
      reason: JSON.stringify(token.claims),
    });
  });
  return { token: text, fleet, publisher: name, expiresAt: now + publisher.tokenLifeMs };
}

async function noteRefusal(
  brain: Brain,
  { tenant, mayNote }: Exchange,
  { known, claims }: { readonly known: readonly Publisher[]; readonly claims: Claims },
): Promise<void> {
  if (!mayNote()) return;
  const closest = known
    .map((publisher) => ({ publisher, unfit: unfittingClaims(publisher, claims) }))
    .sort((a, b) => a.unfit.length - b.unfit.length)[0];
  const said = [
    'repository',
    'repository_id',
    'project_path',
    'project_id',
    'run_id',
    'pipeline_id',
    'sub',
    'jti',
  ].flatMap((name) => (claims[name] === undefined ? [] : [`${name}=${String(claims[name]).slice(0, 200)}`]));
  const why = closest ? `claims that do not fit: ${closest.unfit.join(', ')}` : 'no publisher of this fleet';
  await brain.store.transact(exchangeScope(tenant), (tx) =>
    tx.appendAudit({
      verb: 'publisher.token-refused',
      object: `publisher/${closest?.publisher.name ?? 'none'}`,
      fleet: closest?.publisher.fleet ?? null,
      before: null,
      after: null,
      reason: `${why}; ${said.join(', ')}`,
    }),
  );
}

function exchangeScope(tenant: TenantId, publisher?: Publisher): Scope {
  return { tenant, actor: publisher ? `publisher:${publisher.name}` : 'server', permissions: new Set() };
}

function refusedToken(): FettleError {
  return new FettleError(
    'not-authenticated',
    'This ID token is not taken here: its issuer, signature or times are not as they have to be.',
  );
}
