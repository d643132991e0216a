import { FettleError, type FleetId, type Instant, makeId } from '@fettle/model';
import { hashToken } from '../access/hash-token.ts';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { ClaimToken } from '../ports.ts';
import { requireFleet } from './fleets.ts';

const mostUses = 10_000_000;

/** Makes a token with which that many unknown devices may enrol by themselves. The text is shown once. */
export async function createClaimToken(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  input: { name: string; uses: number; expiresAt: Instant | null },
): Promise<{ token: string; record: ClaimToken }> {
  demand(scope, 'device.write');
  if (!Number.isSafeInteger(input.uses) || input.uses < 1 || input.uses > mostUses) {
    throw new FettleError('invalid-input', `uses must be a whole number from 1 to ${mostUses}.`);
  }
  const now = brain.clock.now();
  const token = `fcl_${Buffer.from(brain.random.bytes(24)).toString('base64url')}`;
  const record: ClaimToken = {
    id: makeId('clm', now, brain.random.bytes(10)),
    fleet,
    hash: hashToken(token),
    name: input.name,
    usesLeft: input.uses,
    expiresAt: input.expiresAt,
    revokedAt: null,
    createdAt: now,
  };
  await brain.store.transact(scope, async (tx) => {
    await requireFleet(tx, fleet);
    await tx.insertClaimToken(record);
    const reason = `${input.name}, ${input.uses} devices`;
    await tx.appendAudit({
      verb: 'claim-token.created',
      object: `claim-token/${record.id}`,
      fleet,
      before: null,
      after: null,
      reason,
    });
  });
  return { token, record };
}

export async function revokeClaimToken(scope: Scope, brain: Brain, fleet: FleetId, id: string): Promise<void> {
  demand(scope, 'device.write');
  await brain.store.transact(scope, async (tx) => {
    const found = (await tx.claimTokens(fleet)).find((token) => token.id === id);
    if (!found) throw new FettleError('not-found', `Fleet ${fleet} has no claim token ${id}.`);
    if (found.revokedAt !== null) return;
    await tx.updateClaimToken({ ...found, revokedAt: brain.clock.now() });
    const object = `claim-token/${id}`;
    await tx.appendAudit({ verb: 'claim-token.revoked', object, fleet, before: null, after: null, reason: found.name });
  });
}

export async function listClaimTokens(scope: Scope, brain: Brain, fleet: FleetId): Promise<readonly ClaimToken[]> {
  demand(scope, 'device.write');
  const reads = brain.store.reads(scope);
  await requireFleet(reads, fleet);
  return reads.claimTokens(fleet);
}
