import type { ClaimToken, OperatorToken } from '@fettle/control';
import type { FleetId, Instant, TenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import { demandTenant } from './fleets.ts';
import type { ReadPlace, WritePlace } from './methods.ts';
import { demandChanged } from './paging.ts';
import { query } from './query.ts';
import type { ClaimTokenRow, OperatorTokenRow } from './schema.ts';

/** These lists have no pages; more tokens than this nobody reads. */
const mostListed = 1_000;

const claimColumns = [
  'tenant',
  'id',
  'fleet',
  'hash',
  'name',
  'uses_left',
  'expires_at',
  'revoked_at',
  'created_at',
] as const;
const operatorColumns = [
  'tenant',
  'id',
  'name',
  'hash',
  'permissions',
  'created_at',
  'revoked_at',
  'expires_at',
  'confinement',
  'publisher',
] as const;

const claimTokensOfFleet = query<Pick<ClaimTokenRow, 'tenant' | 'fleet'>, ClaimTokenRow>((db, slot) =>
  db
    .selectFrom('claim_tokens')
    .select(claimColumns)
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .orderBy('id', 'desc')
    .limit(mostListed),
);
const claimTokenByHash = query<Pick<ClaimTokenRow, 'tenant' | 'hash'>, ClaimTokenRow>((db, slot) =>
  db
    .selectFrom('claim_tokens')
    .select(claimColumns)
    .where('tenant', '=', slot('tenant'))
    .where('hash', '=', slot('hash')),
);
const insertClaimToken = query<ClaimTokenRow>((db, slot) =>
  db.insertInto('claim_tokens').values(slot.all(claimColumns)),
);
const updateClaimToken = query<ClaimTokenRow>((db, slot) =>
  db
    .updateTable('claim_tokens')
    .set(slot.all(['fleet', 'hash', 'name', 'uses_left', 'expires_at', 'revoked_at', 'created_at']))
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id')),
);

const operatorTokensOfTenant = query<Pick<OperatorTokenRow, 'tenant'>, OperatorTokenRow>((db, slot) =>
  db
    .selectFrom('operator_tokens')
    .select(operatorColumns)
    .where('tenant', '=', slot('tenant'))
    // Jobs of CI come by the hundred and are in the audit log.
    .where('publisher', 'is', null)
    .orderBy('id', 'desc')
    .limit(mostListed),
);
const operatorTokenByHash = query<Pick<OperatorTokenRow, 'hash'>, OperatorTokenRow>((db, slot) =>
  db.selectFrom('operator_tokens').select(operatorColumns).where('hash', '=', slot('hash')),
);
const insertOperatorToken = query<OperatorTokenRow>((db, slot) =>
  db.insertInto('operator_tokens').values(slot.all(operatorColumns)),
);
const revokeOperatorToken = query<{ tenant: TenantId; id: string; at: Instant }>((db, slot) =>
  db
    .updateTable('operator_tokens')
    .set((row) => ({ revoked_at: row.fn.coalesce('revoked_at', row.val(slot('at'))) }))
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id')),
);

export const tokenReads = {
  async claimTokens({ connection, tenant }: ReadPlace, fleet: FleetId): Promise<readonly ClaimToken[]> {
    return (await claimTokensOfFleet.all(connection, { tenant, fleet })).map(toClaimToken);
  },
  async claimToken({ connection, tenant }: ReadPlace, hash: string): Promise<ClaimToken | undefined> {
    const row = await claimTokenByHash.first(connection, { tenant, hash });
    return row && toClaimToken(row);
  },
  async operatorTokens({ connection, tenant }: ReadPlace): Promise<readonly OperatorToken[]> {
    return (await operatorTokensOfTenant.all(connection, { tenant })).map(toOperatorToken);
  },
};

export const tokenWrites = {
  async insertClaimToken({ connection, tenant }: WritePlace, token: ClaimToken): Promise<void> {
    await insertClaimToken.run(connection, fromClaimToken(tenant, token));
  },
  async updateClaimToken({ connection, tenant }: WritePlace, token: ClaimToken): Promise<void> {
    demandChanged(await updateClaimToken.run(connection, fromClaimToken(tenant, token)), 'claim token', token.id);
  },
  async insertOperatorToken({ connection, tenant }: WritePlace, token: OperatorToken): Promise<void> {
    demandTenant(tenant, token.tenant, 'operator token');
    await insertOperatorToken.run(connection, {
      tenant,
      id: token.id,
      name: token.name,
      hash: token.hash,
      permissions: JSON.stringify(token.permissions),
      created_at: token.createdAt,
      revoked_at: token.revokedAt,
      expires_at: token.expiresAt,
      confinement: confinementOf(token),
      publisher: token.only?.claims ? token.name : null,
    });
  },
  /** A token that is revoked already keeps its first time. */
  async revokeOperatorToken({ connection, tenant }: WritePlace, id: string, at: Instant): Promise<void> {
    demandChanged(await revokeOperatorToken.run(connection, { tenant, id, at }), 'operator token', id);
  },
};

/** The one look-up without a tenant: the token is what tells the tenant. */
export async function findOperatorToken(connection: Connection, hash: string): Promise<OperatorToken | undefined> {
  const row = await operatorTokenByHash.first(connection, { hash });
  return row && toOperatorToken(row);
}

function fromClaimToken(tenant: TenantId, token: ClaimToken): ClaimTokenRow {
  return {
    tenant,
    id: token.id,
    fleet: token.fleet,
    hash: token.hash,
    name: token.name,
    uses_left: token.usesLeft,
    expires_at: token.expiresAt,
    revoked_at: token.revokedAt,
    created_at: token.createdAt,
  };
}

function toClaimToken(row: ClaimTokenRow): ClaimToken {
  return {
    id: row.id,
    fleet: row.fleet,
    hash: row.hash,
    name: row.name,
    usesLeft: row.uses_left,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    createdAt: row.created_at,
  };
}

/**
 * Both kinds of bounds stand in one column: a process of an older version, which knows only one of them, finds a token
 * that is confined to no fleet at all, and not one that is free.
 */
function confinementOf({ only, fleets }: OperatorToken): string | null {
  if (fleets.length > 0) return JSON.stringify({ fleets });
  return only ? JSON.stringify(only) : null;
}

function boundsOf(confinement: string | null): Pick<OperatorToken, 'only' | 'fleets'> {
  const kept = confinement === null ? null : JSON.parse(confinement);
  return Array.isArray(kept?.fleets) ? { only: null, fleets: kept.fleets } : { only: kept, fleets: [] };
}

function toOperatorToken(row: OperatorTokenRow): OperatorToken {
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    hash: row.hash,
    permissions: JSON.parse(row.permissions),
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
    expiresAt: row.expires_at,
    ...boundsOf(row.confinement),
  };
}
