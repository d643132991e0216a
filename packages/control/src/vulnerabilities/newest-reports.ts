import { dataDistrust, type GateReport } from '@fettle/gates';
import type { Fleet, ReleaseId } from '@fettle/model';
import type { KeptReports } from '../checks/gate-reports.ts';
import { withSigners } from '../checks/report-signers.ts';
import type { Reads } from '../ports.ts';

/** What the gates said when the check ran, and what they say by the newest vulnerability data. */
export interface NewestReports {
  /** The same as `newest` where the data of the check count no more, and those of today do. */
  readonly atCheck: readonly GateReport[];
  /** The same as `atCheck` while no newer data have looked at the release. */
  readonly newest: readonly GateReport[];
}

/**
 * What the gates said of a release, with and without what the newest vulnerability data say in its place; both with the
 * keys of today's policy that have signed their data.
 */
export async function newestReports(
  reads: Pick<Reads, 'releaseWatch' | 'dataSets'>,
  { releasePolicy }: Pick<Fleet, 'releasePolicy'>,
  { release, kept }: { readonly release: ReleaseId; readonly kept: readonly KeptReports[] },
): Promise<NewestReports> {
  const atCheck = await withSigners(reads, releasePolicy, reportsIn(kept));
  const watch = await reads.releaseWatch(release);
  if (!watch || watch.report === '') return { atCheck, newest: atCheck };
  // Written by this server (`watch-release.ts`).
  const found: readonly KeptReports[] = JSON.parse(watch.report);
  const looked = await withSigners(reads, releasePolicy, reportsIn(found));
  const renewed = new Set(found.map(({ artifact }) => artifact));
  const others = kept.flatMap(({ artifact, reports }) =>
    reports.filter(({ gate }) => gate !== 'vulnerabilities' || !renewed.has(artifact)),
  );
  const newest = [...others, ...looked];
  const distrust = dataDistrust({ dataSets: releasePolicy?.dataSets });
  const isDoubtful = (report: GateReport) => distrust(report) !== undefined;
  return { atCheck: atCheck.some(isDoubtful) && !newest.some(isDoubtful) ? newest : atCheck, newest };
}

function reportsIn(kept: readonly KeptReports[]): readonly GateReport[] {
  return kept.flatMap(({ reports }) => reports);
}
