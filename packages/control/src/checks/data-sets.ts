import { type DataTrust, refusalOf, verifyDataSet } from '@fettle/gates';
import type { DataSet, ReleasePolicy } from '@fettle/model';
import { readPublicKey } from '@fettle/trust';

/** Of each kind and source the newest set, in a fixed order. */
export function currentSets(newestFirst: readonly DataSet[]): readonly DataSet[] {
  const current = new Map<string, DataSet>();
  for (const set of newestFirst) {
    const name = nameOf(set);
    if (!current.has(name)) current.set(name, set);
  }
  return inOrder(current);
}

/** The data that verdicts of a fleet rest on. */
export interface CountingData {
  readonly sets: readonly DataSet[];
  /** What the gate is told of signatures; undefined where the policy asks for none. */
  readonly trust: DataTrust | undefined;
}

/**
 * Of each kind and source the newest set that counts under a policy: one that too few of its keys signed replaces nothing.
 * Cost: one verification for each signature by a key of the policy, up to the first set that counts.
 */
export function countingData(
  policy: Pick<ReleasePolicy, 'dataSets'> | undefined,
  newestFirst: readonly DataSet[],
): CountingData {
  if (!policy?.dataSets) return { sets: currentSets(newestFirst), trust: undefined };
  const { keys, threshold } = policy.dataSets;
  const demand = { keys: keys.map(readPublicKey), threshold };
  const counting = new Map<string, DataSet>();
  const refused = new Map<string, string>();
  for (const set of newestFirst) {
    const name = nameOf(set);
    if (counting.has(name)) continue;
    const named = { digest: set.digest, header: set };
    const verdict = verifyDataSet(set.envelope, demand, named);
    if (verdict.ok) counting.set(name, set);
    else if (!refused.has(name)) refused.set(name, refusalOf(named, verdict.message));
  }
  const sets = inOrder(counting);
  const envelopes = Object.fromEntries(sets.map(({ digest, envelope }) => [digest, envelope]));
  return { sets, trust: { keys, threshold, envelopes, refused: [...refused.values()] } };
}

function nameOf({ kind, source }: DataSet): string {
  return `${kind}/${source}`;
}

function inOrder(found: ReadonlyMap<string, DataSet>): readonly DataSet[] {
  return [...found.keys()].sort().flatMap((name) => found.get(name) ?? []);
}
