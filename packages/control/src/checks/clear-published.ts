import type { Clearance, ReleaseCheck } from '@fettle/model';
import type { Reads, Writes } from '../ports.ts';
import { artifactsKey } from './demand-clearance.ts';
import { todayOf, whyOutdated } from './is-current.ts';
import { inWords } from './rejudge.ts';

/**
 * A release that was published while nothing was demanded is cleared by the first check of exactly its artifacts, and its
 * components are looked for again. One that is cleared, or that somebody has signed for as it stood, keeps what it rests
 * on: whoever may ask for a check could take that away.
 * @param done a check that has come to its end, by a policy of today
 */
export async function clearPublished(
  tx: Pick<Reads, 'fleet' | 'releaseByVersion' | 'releaseWatch' | 'waivers' | 'dataSets'> &
    Pick<Writes, 'updateRelease' | 'saveReleaseWatch' | 'appendAudit'>,
  done: ReleaseCheck,
): Promise<void> {
  const release = await tx.releaseByVersion(done.fleet, done.version);
  if (release?.status !== 'published' || artifactsKey(release.artifacts) !== artifactsKey(done.artifacts)) return;
  const watch = await tx.releaseWatch(release.id);
  if (watch && watch.components < 0) await tx.saveReleaseWatch({ ...watch, setsKey: '' });
  const isOpen = release.clearance === undefined && (release.approvals ?? []).length === 0;
  const fleet = await tx.fleet(done.fleet);
  if (!isOpen || !fleet?.releasePolicy || done.endedAt === null) return;
  // Policy or waivers may have changed while the gates ran.
  if (whyOutdated(done, await todayOf(tx, fleet, done.endedAt)) !== null) return;
  const { id: check, policyDigest, stages, endedAt: at } = done;
  const clearance: Clearance = { check, policyDigest, stages, at };
  await tx.updateRelease({ ...release, clearance });
  const object = `release/${release.id}`;
  const reason = `${release.version}: ${inWords(clearance) || 'nothing is demanded'}, before: never checked`;
  await tx.appendAudit({ verb: 'release.rejudged', object, fleet: done.fleet, before: null, after: null, reason });
}
