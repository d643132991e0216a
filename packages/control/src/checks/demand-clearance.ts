import { type Clearance, FettleError, type Fleet, type Instant, isCleared, type Manifest } from '@fettle/model';
import type { Reads } from '../ports.ts';
import { todayOf, whyOutdated } from './is-current.ts';
import { inWords } from './rejudge.ts';

/**
 * Demands that the gates have cleared exactly these artifacts under exactly this version for at least one stage.
 * @returns what the release is cleared for; undefined while the fleet demands nothing
 * @throws FettleError `gate-failed`
 */
export async function demandClearance(
  reads: Pick<Reads, 'newestCheckOf' | 'waivers' | 'dataSets'>,
  fleet: Fleet,
  { manifest, now }: { readonly manifest: Pick<Manifest, 'version' | 'artifacts'>; readonly now: Instant },
): Promise<Clearance | undefined> {
  const { releasePolicy } = fleet;
  if (!releasePolicy) return undefined;
  const check = await reads.newestCheckOf(fleet.id, {
    version: manifest.version,
    artifacts: artifactsKey(manifest.artifacts),
  });
  const today = await todayOf(reads, fleet, now);
  const why = check ? whyOutdated(check, today) : null;
  if (!check || check.endedAt === null || why !== null) {
    const found = check ? `its check ${check.id} ${why}` : 'they were not checked';
    const message = `Expected the gates of fleet ${fleet.id} to have cleared the artifacts of ${manifest.version}: ${found}.`;
    throw new FettleError('gate-failed', message, { details: { next: `fettle release check ${manifest.version}` } });
  }
  const { id, stages, endedAt: at } = check;
  const clearance: Clearance = { check: id, policyDigest: today.policy, stages, at };
  if (isCleared(check)) return clearance;
  const message = `The gates clear ${manifest.version} of fleet ${fleet.id} for no stage: ${inWords(clearance)}.`;
  throw new FettleError('gate-failed', message, {
    details: { check: check.id, next: `fettle release report ${check.id}` },
  });
}

/** The artifacts of a release in one text, whatever their order. */
export function artifactsKey(
  artifacts: readonly { readonly deviceType: string; readonly component: string; readonly digest: string }[],
): string {
  return artifacts
    .map(({ deviceType, component, digest }) => `${deviceType}/${component}/${digest}`)
    .sort()
    .join('\n');
}
