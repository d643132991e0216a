import { type GateReport, verifyDataSet } from '@fettle/gates';
import type { DataSet, ReleasePolicy } from '@fettle/model';
import { type PublicKey, readPublicKey } from '@fettle/trust';
import type { Reads } from '../ports.ts';

type GateInput = GateReport['inputs'][number];

/**
 * Reports with the keys of today's policy that have signed their data, as far as these are still kept: a report may be
 * older than the policy, and a signature than the report. Keys that were noted when it was made stay.
 */
export async function withSigners(
  reads: Pick<Reads, 'dataSets'>,
  policy: Pick<ReleasePolicy, 'dataSets'> | undefined,
  reports: readonly GateReport[],
): Promise<readonly GateReport[]> {
  if (!policy?.dataSets) return reports;
  const keys = policy.dataSets.keys.map(readPublicKey);
  const sets = new Map<string, DataSet>((await reads.dataSets()).map((set) => [set.digest, set]));
  return reports.map((report) =>
    report.gate === 'vulnerabilities'
      ? { ...report, inputs: report.inputs.map((input) => withKeys(input, sets.get(input.version), keys)) }
      : report,
  );
}

function withKeys(input: GateInput, set: DataSet | undefined, keys: readonly PublicKey[]): GateInput {
  if (!set) return input;
  const verdict = verifyDataSet(set.envelope, { keys, threshold: 1 }, { digest: set.digest, header: set });
  const found = verdict.ok ? verdict.signedBy.map(({ id }) => id) : [];
  return { ...input, signedBy: [...new Set([...(input.signedBy ?? []), ...found])] };
}
