import { type Clearance, type FleetId, limits, type Release } from '@fettle/model';
import type { Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { newestReports } from '../vulnerabilities/newest-reports.ts';
import { readReports } from './gate-reports.ts';
import { judgeReports, validWaivers } from './judge-check.ts';
import { policyDigest } from './policy-digest.ts';

const pageRows = 100;

/**
 * Judges every published release of a fleet anew, on what its gates found: after the policy or a waiver changed, or when
 * a waiver is over. Nothing runs again.
 * @returns how many releases are cleared otherwise than before
 */
export async function rejudgeReleases(scope: Scope, brain: Brain, fleet: FleetId): Promise<number> {
  const reads = brain.store.reads(scope);
  let changed = 0;
  let after: string | undefined;
  for (let looked = 0; looked < limits.rejudgedReleases; looked += pageRows) {
    const { items, next } = await reads.releases(fleet, { limit: pageRows, after });
    for (const release of items) {
      if (release.status === 'published' && release.clearance && (await rejudgeRelease(scope, brain, release)))
        changed++;
      await brain.clock.turn();
    }
    if (next === null) break;
    after = next;
  }
  return changed;
}

/** Judges one release anew, on what its gates found and on what the newest vulnerability data say. */
export async function rejudgeRelease(
  scope: Scope,
  brain: Brain,
  { id, clearance }: Pick<Release, 'id' | 'clearance'>,
): Promise<boolean> {
  if (!clearance) return false;
  const reads = brain.store.reads(scope);
  const check = await reads.releaseCheck(clearance.check);
  if (!check) return false;
  const kept = await readReports(reads, check);
  return brain.store.transact(scope, async (tx) => {
    const release = await tx.release(id);
    if (!release || release.clearance?.check !== check.id) return false;
    const fleet = await requireFleet(tx, release.fleet);
    const now = brain.clock.now();
    const waivers = await validWaivers(tx, fleet, now);
    const reports = await newestReports(tx, fleet, { release: id, kept });
    const stages = judgeReports(fleet, reports, { waivers, now });
    const judged: Clearance = { check: check.id, policyDigest: policyDigest(fleet.releasePolicy), stages, at: now };
    if (isSame(judged, release.clearance)) return false;
    await tx.updateRelease({ ...release, clearance: judged });
    const before = inWords(release.clearance);
    const reason = `${release.version}: ${inWords(judged)}, before: ${before}`;
    const object = `release/${release.id}`;
    await tx.appendAudit({ verb: 'release.rejudged', object, fleet: fleet.id, before: null, after: null, reason });
    return inWords(judged) !== before;
  });
}

function isSame(a: Clearance, b: Clearance): boolean {
  return a.policyDigest === b.policyDigest && JSON.stringify(a.stages) === JSON.stringify(b.stages);
}

/** `development pass, production fail (secrets)` */
export function inWords({ stages }: Pick<Clearance, 'stages'>): string {
  return stages
    .map(({ stage, verdict, gates }) => {
      const lacking = gates.filter((gate) => gate.verdict !== 'pass').map(({ gate }) => gate);
      return `${stage} ${verdict}${lacking.length === 0 ? '' : ` (${lacking.join(', ')})`}`;
    })
    .join(', ');
}
