import {
  FettleError,
  type Instant,
  limits,
  makeId,
  type Repository,
  type RoleName,
  repositories,
  type TrustChange,
  type TrustChangeId,
  trustChangeId,
} from '@fettle/model';
import { openPayload } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { Writes } from '../ports.ts';
import { demandFile } from './demand-file.ts';
import { aboutChange, requireChange } from './find-change.ts';

const dayMs = 86_400_000;
/** How long a change gathers signatures. */
export const changeLifeMs: number = 14 * dayMs;

export interface NewTrustChange {
  readonly repository: string;
  readonly role: string;
  /** The exact canonical bytes of `signed`. */
  readonly payload: Uint8Array;
  readonly reason: string;
}

/**
 * Stages the next file of a role that people sign: image root, image targets, roles of fleets, director root.
 * @throws FettleError `invalid-input` with everything that is wrong with it, `limit-reached`, `wrong-state`
 */
export async function requestTrustChange(scope: Scope, brain: Brain, input: NewTrustChange): Promise<TrustChange> {
  demand(scope, 'trust.write');
  const { repository, role } = stagedRole(input);
  const opened = openPayload(input.payload);
  if (!opened.ok) throw new FettleError('invalid-input', `The payload cannot be signed: ${opened.message}`);
  await demandFile(scope, brain, { repository, role, next: opened.metadata });
  const now = brain.clock.now();
  const change: TrustChange = {
    id: trustChangeId(makeId('chg', now, brain.random.bytes(10))),
    repository,
    role,
    version: opened.metadata.version,
    payload: Buffer.from(input.payload).toString('utf8'),
    requestedBy: scope.actor,
    reason: input.reason,
    status: 'open',
    createdAt: now,
    expiresAt: now + changeLifeMs,
  };
  return brain.store.transact(scope, async (tx) => {
    const open = await withdrawExpired(tx, now);
    if (open >= limits.openTrustChanges) {
      const message = `At most ${limits.openTrustChanges} changes may wait for signatures. Publish or withdraw one.`;
      throw new FettleError('limit-reached', message);
    }
    await tx.insertTrustChange(change);
    await tx.appendAudit({ ...aboutChange(change), verb: 'trust.change-requested', reason: change.reason });
    return change;
  });
}

/** Gives a change up. Asking twice changes nothing. */
export async function withdrawTrustChange(
  scope: Scope,
  brain: Brain,
  id: TrustChangeId,
  reason: string,
): Promise<void> {
  demand(scope, 'trust.write');
  const reads = brain.store.reads(scope);
  const seen = await requireChange(reads, id);
  if (seen.status === 'open' && (await isBegun(scope, brain, seen))) {
    throw new FettleError('wrong-state', 'The signer has signed for this change already. Publish it again.');
  }
  await brain.store.transact(scope, async (tx) => {
    const change = await requireChange(tx, id);
    if (change.status === 'withdrawn') return;
    if (change.status === 'published') throw new FettleError('wrong-state', 'This change is published.');
    await withdraw(tx, change, reason);
  });
}

/** Whether publishing was begun and cut off: then every later snapshot has to list it. */
async function isBegun(scope: Scope, brain: Brain, { repository, role, version }: TrustChange): Promise<boolean> {
  if (repository !== 'image') return false;
  const standing = await brain.store.reads(scope).trustFile(repository, role);
  if ((standing?.version ?? 0) >= version) return false;
  const known = await brain.signer?.knownVersions(scope.tenant, repository);
  return (known?.[role] ?? 0) >= version;
}

function stagedRole(input: NewTrustChange): { repository: Repository; role: RoleName } {
  const repository = repositories.find((known) => known === input.repository);
  if (!repository) throw new FettleError('invalid-input', `Expected repository ${repositories.join(' or ')}.`);
  const role = input.role as RoleName;
  if (role === 'snapshot' || role === 'timestamp' || (repository === 'director' && role !== 'root')) {
    throw new FettleError(
      'invalid-input',
      `The ${role} of the ${repository} repository is signed by the signer alone.`,
    );
  }
  return { repository, role };
}

/** @returns how many changes are still open */
async function withdrawExpired(tx: Writes, now: Instant): Promise<number> {
  let open = 0;
  for (const change of await tx.openTrustChanges()) {
    if (change.expiresAt > now) open++;
    else await withdraw(tx, change, 'it expired');
  }
  return open;
}

async function withdraw(tx: Writes, change: TrustChange, reason: string): Promise<void> {
  await tx.updateTrustChange({ ...change, status: 'withdrawn' });
  await tx.appendAudit({ ...aboutChange(change), verb: 'trust.change-withdrawn', reason });
}
