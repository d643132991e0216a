import { FettleError, type FleetId, type StageVerdict } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { readReports } from './gate-reports.ts';
import { judgeReports, validWaivers } from './judge-check.ts';
import { type NewReleasePolicy, readPolicy } from './release-policy.ts';
import { withSigners } from './report-signers.ts';

/** What a policy would make of a release that its gates have looked at. */
export interface TriedRelease {
  readonly version: string;
  readonly before: readonly StageVerdict[];
  readonly after: readonly StageVerdict[];
}

const mostTried = 200;

/**
 * A dry run of a policy over the newest releases of a fleet, on what their gates found; nothing is changed.
 * @returns newest first; releases that were never checked are left out and counted
 */
export async function tryReleasePolicy(
  scope: Scope,
  brain: Brain,
  id: FleetId,
  policy: NewReleasePolicy,
): Promise<{ readonly tried: readonly TriedRelease[]; readonly neverChecked: number }> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  const fleet = await requireFleet(reads, id);
  const wanted = { ...fleet, releasePolicy: readPolicy(policy) };
  const now = brain.clock.now();
  const waivers = await validWaivers(reads, wanted, now);
  const { items } = await reads.releases(id, { limit: mostTried, after: undefined });
  const tried: TriedRelease[] = [];
  for (const { version, clearance } of items) {
    const check = clearance && (await reads.releaseCheck(clearance.check));
    if (!check) continue;
    const found = (await readReports(reads, check)).flatMap((kept) => kept.reports);
    const reports = await withSigners(reads, wanted.releasePolicy, found);
    tried.push({ version, before: clearance.stages, after: judgeReports(wanted, reports, { waivers, now }) });
    await brain.clock.turn();
  }
  if (items.length === 0) throw new FettleError('not-found', `Fleet ${id} has no release to try the policy on.`);
  return { tried, neverChecked: items.length - tried.length };
}
