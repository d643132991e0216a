import type { GateReport } from '@fettle/gates';
import type { Digest, ReleaseCheck } from '@fettle/model';
import type { Reads } from '../ports.ts';

/** What the gates said of one artifact, as it is kept: without documents, which are evidence of their own. */
export interface KeptReports {
  readonly artifact: Digest;
  readonly reports: readonly GateReport[];
}

export const reportsKind = 'gate-reports';

/** The text under which reports are kept. */
export function encodeReports({ artifact, reports }: KeptReports): string {
  return JSON.stringify({ artifact, reports: reports.map((report) => ({ ...report, documents: [] })) });
}

/** Everything that the gates said when a check ran. */
export async function readReports(
  reads: Pick<Reads, 'evidence'>,
  { records }: Pick<ReleaseCheck, 'records'>,
): Promise<readonly KeptReports[]> {
  const kept: KeptReports[] = [];
  for (const { digest } of records.filter(({ kind }) => kind === reportsKind)) {
    const evidence = await reads.evidence(digest);
    // Written by this server, and named by its digest.
    if (evidence) kept.push(JSON.parse(evidence.text));
  }
  return kept;
}
