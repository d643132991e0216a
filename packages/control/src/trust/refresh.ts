import { type Instant, isTopRole } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { commitFiles } from './commit-files.ts';
import { lifeMs, signImage } from './sign-image.ts';
import { readRole } from './stored-files.ts';
import type { TrustReads } from './trust-store.ts';

/**
 * Has snapshot and timestamp of the tenant's image repository signed anew where a third of their life is over, or where
 * they do not list what stands. Does nothing for a tenant without a repository.
 * @returns the roles that were signed
 */
export async function refreshRepository(scope: Scope, brain: Brain): Promise<readonly string[]> {
  demand(scope, 'server');
  const { tenant } = scope;
  const reads = brain.store.reads(scope);
  const standing = await reads.trustVersions('image');
  if (!standing.some(({ role }) => role === 'targets')) return [];
  const due = await whatIsDue(reads, standing, brain.clock.now());
  if (due === undefined) return [];
  const files = await signImage(brain, { tenant, reads, keepSnapshot: due === 'timestamp' });
  await brain.store.transact(scope, (tx) => commitFiles(tx, files, { standing, reason: 'by itself' }));
  return files.map(({ role }) => role);
}

async function whatIsDue(
  reads: TrustReads,
  standing: Awaited<ReturnType<TrustReads['trustVersions']>>,
  now: Instant,
): Promise<'snapshot' | 'timestamp' | undefined> {
  const snapshot = (await readRole(reads, 'image', 'snapshot'))?.metadata;
  if (!snapshot || isAging(snapshot.expiresAt, lifeMs.snapshot, now)) return 'snapshot';
  const listed = standing.filter(({ role }) => role === 'targets' || !isTopRole(role));
  if (listed.some(({ role, version }) => snapshot.meta.get(role)?.version !== version)) return 'snapshot';
  const timestamp = (await readRole(reads, 'image', 'timestamp'))?.metadata;
  return !timestamp || isAging(timestamp.expiresAt, lifeMs.timestamp, now) ? 'timestamp' : undefined;
}

function isAging(expiresAt: Instant, life: number, now: Instant): boolean {
  return expiresAt - now <= (life * 2) / 3;
}
