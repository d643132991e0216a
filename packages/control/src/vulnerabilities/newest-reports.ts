import type { GateReport } from '@fettle/gates';
import type { Fleet, ReleaseId } from '@fettle/model';
import type { KeptReports } from '../checks/gate-reports.ts';
import type { Reads } from '../ports.ts';

/**
 * What the gates said of a release, with what the newest vulnerability data say in the place of what they said when the
 * check ran; only in fleets whose policy holds releases on new findings.
 */
export async function newestReports(
  reads: Pick<Reads, 'releaseWatch'>,
  { releasePolicy }: Pick<Fleet, 'releasePolicy'>,
  { release, kept }: { readonly release: ReleaseId; readonly kept: readonly KeptReports[] },
): Promise<readonly GateReport[]> {
  const then = kept.flatMap(({ reports }) => reports);
  const watch = releasePolicy?.onNewFindings === 'hold' ? await reads.releaseWatch(release) : undefined;
  if (!watch || watch.report === '') return then;
  // Written by this server (`watch-release.ts`).
  const newest: readonly KeptReports[] = JSON.parse(watch.report);
  const renewed = new Set(newest.map(({ artifact }) => artifact));
  const others = kept.flatMap(({ artifact, reports }) =>
    reports.filter(({ gate }) => gate !== 'vulnerabilities' || !renewed.has(artifact)),
  );
  return [...others, ...newest.flatMap(({ reports }) => reports)];
}
