import { type Clearance, type FleetId, limits, type Release } from '@fettle/model';
import type { Scope } from '../access/scope.ts';
import { judgeApprovals } from '../approvals/judge-approvals.ts';
import { makeJudgement } from '../approvals/judgement.ts';
import { isSameStanding, tellApprovals, withApprovals } from '../approvals/renew-approvals.ts';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { newestReports } from '../vulnerabilities/newest-reports.ts';
import { readReports } from './gate-reports.ts';
import { judgeReports, validWaivers } from './judge-check.ts';
import { policyDigest } from './policy-digest.ts';
import { policyEvidence } from './policy-evidence.ts';

const pageRows = 100;

/**
 * Judges every published release of a fleet anew, on what its gates found: after the policy or a waiver changed, or when
 * a waiver is over. Nothing runs again.
 * @returns how many releases are cleared or signed for otherwise than before
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

/**
 * Judges one release anew, on what its gates found and, where the policy holds on them, on what the newest vulnerability
 * data say; what was signed for it is held against those data in any case.
 * @returns whether it is cleared or signed for otherwise than before
 */
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
    const believed = fleet.releasePolicy?.onNewFindings === 'hold' ? reports.newest : reports.atCheck;
    const stages = judgeReports(fleet, believed, { waivers, now });
    const judged: Clearance = { check: check.id, policyDigest: policyDigest(fleet.releasePolicy), stages, at: now };
    const today = makeJudgement(fleet, reports.newest, { waivers, now });
    const approvals = await judgeApprovals(tx, { fleet, release, today, now });
    const isSignedAsBefore = isSameStanding(approvals, release.approvals);
    const before = inWords(release.clearance);
    const isClearedAsBefore = isSame(judged, release.clearance);
    if (isClearedAsBefore && isSignedAsBefore) return false;
    const clearance = isClearedAsBefore ? release.clearance : judged;
    await tx.updateRelease(withApprovals({ ...release, clearance }, approvals));
    const object = `release/${release.id}`;
    const about = { object, fleet: fleet.id, before: null, after: null } as const;
    if (!isClearedAsBefore) {
      await tx.keepEvidence(policyEvidence(fleet.releasePolicy));
      const reason = `${release.version}: ${inWords(judged)}, before: ${before}`;
      await tx.appendAudit({ ...about, verb: 'release.rejudged', reason });
    }
    await tellApprovals(tx, release, approvals);
    return !isSignedAsBefore || inWords(judged) !== before;
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
