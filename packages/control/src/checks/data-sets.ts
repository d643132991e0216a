import type { DataSet } from '@fettle/model';

/** Of each kind and source the newest set, in a fixed order. */
export function currentSets(newestFirst: readonly DataSet[]): readonly DataSet[] {
  const current = new Map<string, DataSet>();
  for (const set of newestFirst) {
    const name = `${set.kind}/${set.source}`;
    if (!current.has(name)) current.set(name, set);
  }
  return [...current.keys()].sort().flatMap((name) => current.get(name) ?? []);
}
