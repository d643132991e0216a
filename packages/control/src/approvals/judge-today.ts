import type { Fleet, Instant, Release, ReleaseCheck } from '@fettle/model';
import { type KeptReports, readReports } from '../checks/gate-reports.ts';
import { validWaivers } from '../checks/judge-check.ts';
import type { Reads } from '../ports.ts';
import { newestReports } from '../vulnerabilities/newest-reports.ts';
import { makeJudgement, type ShownJudgement } from './judgement.ts';

/** What the gates said when the check ran that clears a release. */
export interface KnownReports {
  readonly check: ReleaseCheck | undefined;
  readonly kept: readonly KeptReports[];
}

/** @param known what was read before: of the same check nothing is read again, as it never changes */
export async function reportsOf(
  reads: Pick<Reads, 'releaseCheck' | 'evidence'>,
  { clearance }: Pick<Release, 'clearance'>,
  known?: KnownReports,
): Promise<KnownReports> {
  if (known && known.check?.id === clearance?.check) return known;
  const check = clearance && (await reads.releaseCheck(clearance.check));
  return { check, kept: check ? await readReports(reads, check) : [] };
}

export interface ToShow {
  readonly fleet: Fleet;
  readonly release: Release;
  readonly known: KnownReports;
  readonly now: Instant;
}

/**
 * A release as it stands by today's policy, waivers and vulnerability data, whether the policy holds on these or not.
 * @returns undefined where no check clears it
 */
export async function judgeToday(
  reads: Pick<Reads, 'releaseWatch' | 'waivers' | 'dataSets'>,
  { fleet, release, known, now }: ToShow,
): Promise<ShownJudgement | undefined> {
  if (!known.check) return undefined;
  const reports = await newestReports(reads, fleet, { release: release.id, kept: known.kept });
  return makeJudgement(fleet, reports.newest, { waivers: await validWaivers(reads, fleet, now), now });
}
