import { FettleError, makeId, type TenantId, tenantId } from '@fettle/model';
import type { Brain } from '../brain.ts';
import type { OperatorToken, Writes } from '../ports.ts';
import { hashToken } from './hash-token.ts';
import { adminPermissions, demand, type Permission, permissions, type Scope, serverScope } from './scope.ts';

const mostTokens = 1_000;

/** Whose token this is; undefined when it is nobody's or was revoked. */
export async function authenticateOperator(brain: Brain, token: string): Promise<Scope | undefined> {
  const record = await brain.store.operatorTokenByHash(hashToken(token));
  if (!record || record.revokedAt !== null) return undefined;
  const known = permissions.filter((permission) => record.permissions.includes(permission));
  return { tenant: record.tenant, actor: `operator:${record.name}`, permissions: new Set(known) };
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
  input: { name: string; permissions: readonly string[] },
): Promise<{ token: string; record: OperatorToken }> {
  demand(scope, 'token.write');
  const wanted = input.permissions.map((name) => {
    const permission = adminPermissions.find((known) => known === name);
    if (!permission) {
      throw new FettleError(
        'invalid-input',
        `There is no permission ${name}; there are ${adminPermissions.join(', ')}.`,
      );
    }
    demand(scope, permission);
    return permission;
  });
  const made = newToken(brain, scope.tenant, { name: input.name, permissions: wanted });
  await brain.store.transact(scope, async (tx) => {
    const known = await tx.operatorTokens();
    if (known.length >= mostTokens)
      throw new FettleError('limit-reached', `A tenant has at most ${mostTokens} tokens.`);
    if (known.some((token) => token.name === input.name && token.revokedAt === null)) {
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

function newToken(brain: Brain, tenant: TenantId, input: { name: string; permissions: readonly Permission[] }) {
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
  };
  return { token, record };
}

async function keepToken(tx: Writes, record: OperatorToken): Promise<void> {
  await tx.insertOperatorToken(record);
  await tx.appendAudit({
    verb: 'token.created',
    object: `token/${record.id}`,
    fleet: null,
    before: null,
    after: null,
    reason: `${record.name}: ${record.permissions.join(', ')}`,
  });
}
