import { FettleError, type FleetId, type Instant, makeId, type TenantId, tenantId } from '@fettle/model';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { authenticatePerson, isPersonToken } from '../people/login.ts';
import type { OperatorToken, Writes } from '../ports.ts';
import { hashToken } from './hash-token.ts';
import {
  adminPermissions,
  demand,
  type Permission,
  permissions,
  publishingPermissions,
  readFleetBounds,
  readPermissions,
  type Scope,
  serverScope,
} from './scope.ts';

const mostTokens = 1_000;

/** Whose token this is; undefined when it is nobody's or was revoked. */
export async function authenticateOperator(brain: Brain, token: string): Promise<Scope | undefined> {
  if (isPersonToken(token)) return authenticatePerson(brain, token);
  const record = await brain.store.operatorTokenByHash(hashToken(token));
  if (!record || record.revokedAt !== null) return undefined;
  if (record.expiresAt !== null && record.expiresAt <= brain.clock.now()) return undefined;
  const { only, fleets } = record;
  const known = permissions.filter((permission) => record.permissions.includes(permission));
  const actor = `${only?.claims ? 'publisher' : 'operator'}:${record.name}`;
  const bounds = { ...(only ? { only } : {}), ...(fleets.length > 0 ? { fleets: new Set(fleets) } : {}) };
  return { tenant: record.tenant, actor, permissions: new Set(known), ...bounds };
}

/**
 * Makes the default tenant and the first administrator's token, once in the life of an installation.
 * @returns the token's text, which is shown this one time; undefined when there is a token already
 */
export async function ensureBootstrapToken(brain: Brain): Promise<string | undefined> {
  const tenant = tenantId('default');
  const now = brain.clock.now();
  const tenants = await brain.store.tenants();
  if (!tenants.includes(tenant)) await brain.store.createTenant(tenant, now);
  const made = newToken(brain, tenant, { name: 'admin', permissions: adminPermissions });
  const isFirst = await brain.store.transact(serverScope(tenant), async (tx) => {
    if ((await tx.operatorTokens()).length > 0) return false;
    const object = `tenant/${tenant}`;
    await tx.appendAudit({
      verb: 'tenant.created',
      object,
      fleet: null,
      before: null,
      after: null,
      reason: 'first start',
    });
    await keepToken(tx, made.record);
    return true;
  });
  return isFirst ? made.token : undefined;
}

/** Makes a token that may do no more than its maker. The text is shown once. */
export async function createOperatorToken(
  scope: Scope,
  brain: Brain,
  input: NewOperatorToken,
): Promise<{ token: string; record: OperatorToken }> {
  demand(scope, 'token.write');
  demandBounds(input, brain.clock.now());
  const wanted = readPermissions(scope, input.permissions);
  const fleets = readFleetBounds(input.fleets ?? [], wanted);
  const made = newToken(brain, scope.tenant, { ...input, permissions: wanted, fleets });
  await brain.store.transact(scope, async (tx) => {
    for (const fleet of input.fleet ? [input.fleet] : fleets) await requireFleet(tx, fleet);
    const known = await tx.operatorTokens();
    if (known.length >= mostTokens)
      throw new FettleError('limit-reached', `A tenant has at most ${mostTokens} tokens.`);
    const isLive = ({ revokedAt, expiresAt }: OperatorToken) =>
      revokedAt === null && (expiresAt === null || expiresAt > brain.clock.now());
    if (known.some((token) => token.name === input.name && isLive(token))) {
      throw new FettleError('already-exists', `There is a token named ${input.name} already.`);
    }
    await keepToken(tx, made.record);
  });
  return made;
}

export async function revokeOperatorToken(scope: Scope, brain: Brain, id: string): Promise<void> {
  demand(scope, 'token.write');
  await brain.store.transact(scope, async (tx) => {
    const found = (await tx.operatorTokens()).find((token) => token.id === id);
    if (!found) throw new FettleError('not-found', `There is no token ${id}.`);
    if (found.revokedAt !== null) return;
    await tx.revokeOperatorToken(id, brain.clock.now());
    const object = `token/${id}`;
    await tx.appendAudit({ verb: 'token.revoked', object, fleet: null, before: null, after: null, reason: found.name });
  });
}

export function listOperatorTokens(scope: Scope, brain: Brain): Promise<readonly OperatorToken[]> {
  demand(scope, 'token.write');
  return brain.store.reads(scope).operatorTokens();
}

export interface NewOperatorToken {
  readonly name: string;
  readonly permissions: readonly string[];
  /** For publishing to this fleet only, where CI cannot get ID tokens. */
  readonly fleet?: FleetId | undefined;
  /** Whose things it opens and nobody else's; none for the whole tenant. */
  readonly fleets?: readonly string[] | undefined;
  readonly expiresAt?: Instant | null | undefined;
}

const longestPublishingMs = 90 * 24 * 3_600_000;

/** A token that lies in the settings of CI ends by itself, and can do nothing but publish. */
function demandBounds({ fleet, fleets = [], expiresAt = null, ...input }: NewOperatorToken, now: Instant): void {
  const { permissions: wanted } = input;
  if (fleet !== undefined && fleets.length > 0) {
    const message =
      'Expected either fleet, for publishing to it only, or fleets, whose things the token opens; found both.';
    throw new FettleError('invalid-input', message);
  }
  if (expiresAt !== null && expiresAt <= now) throw new FettleError('invalid-input', 'Expected expiresAt to be ahead.');
  if (fleet === undefined) return;
  if (wanted.some((name) => !publishingPermissions.some((known) => known === name))) {
    const message = `A token of one fleet can have the permissions ${publishingPermissions.join(', ')} only.`;
    throw new FettleError('invalid-input', message);
  }
  if (expiresAt === null || expiresAt > now + longestPublishingMs) {
    throw new FettleError('invalid-input', 'A token of one fleet ends within 90 days: expected expiresAt.');
  }
}

function newToken(
  brain: Brain,
  tenant: TenantId,
  input: Omit<NewOperatorToken, 'permissions' | 'fleets'> & {
    readonly permissions: readonly Permission[];
    readonly fleets?: readonly FleetId[];
  },
) {
  const now = brain.clock.now();
  const token = `fop_${Buffer.from(brain.random.bytes(24)).toString('base64url')}`;
  const record: OperatorToken = {
    id: makeId('tok', now, brain.random.bytes(10)),
    tenant,
    name: input.name,
    hash: hashToken(token),
    permissions: input.permissions,
    createdAt: now,
    revokedAt: null,
    expiresAt: input.expiresAt ?? null,
    only: input.fleet ? { fleet: input.fleet, deviceTypes: [], source: null, claims: null } : null,
    fleets: input.fleets ?? [],
  };
  return { token, record };
}

async function keepToken(tx: Writes, record: OperatorToken): Promise<void> {
  const { fleets } = record;
  const where = fleets.length > 0 ? `; of ${fleets.join(', ')} only` : '';
  await tx.insertOperatorToken(record);
  await tx.appendAudit({
    verb: 'token.created',
    object: `token/${record.id}`,
    fleet: record.only?.fleet ?? null,
    before: null,
    after: null,
    reason: `${record.name}: ${record.permissions.join(', ')}${where}`,
  });
}
