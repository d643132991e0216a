import type { OpenDataSet } from '../data/data-set.ts';
import { recordOf } from '../osv/find-vulnerabilities.ts';
import type { Vulnerability } from '../osv/vulnerability.ts';

const cvePattern = /^CVE-\d{4}-\d+$/;
// Advisories of advisories of advisories: no real chain is longer.
const mostSteps = 32;

/** A vulnerability as findings name it, with every name that it goes by. */
export interface NamedFinding {
  /** The CVE where there is one, else the record's own id. */
  readonly id: string;
  readonly names: ReadonlySet<string>;
}

/**
 * Under which names a record is a finding: its CVE; for an advisory that bundles several, each of them, so that the same
 * CVE from two sources is one finding. Aliases and upstream ids are followed where the record itself names no CVE.
 */
export async function findingNames(
  vulnerability: Vulnerability,
  dataSets: readonly OpenDataSet[],
): Promise<readonly NamedFinding[]> {
  const same = [vulnerability.id, ...vulnerability.aliases];
  const own = same.filter((name) => cvePattern.test(name));
  if (own.length > 0) return own.slice(0, 1).map((id) => ({ id, names: new Set(same) }));
  const bundled = vulnerability.upstream.filter((name) => cvePattern.test(name));
  if (bundled.length > 0)
    return bundled.map((id) => ({ id, names: new Set(bundled.length === 1 ? [...same, id] : [vulnerability.id, id]) }));
  return followed(vulnerability, dataSets);
}

/** Aliases are symmetric and transitive, upstream ids transitive. @source OSV schema 1.7, "aliases field", "upstream field" */
async function followed(
  vulnerability: Vulnerability,
  dataSets: readonly OpenDataSet[],
): Promise<readonly NamedFinding[]> {
  const names = new Set([vulnerability.id, ...vulnerability.aliases]);
  const waiting = [...vulnerability.aliases, ...vulnerability.upstream];
  for (let steps = 0; steps < mostSteps && waiting.length > 0; steps++) {
    const name = waiting.shift() ?? '';
    for (const dataSet of dataSets) {
      const record = (await recordOf(dataSet, name))?.vulnerability;
      if (record === undefined) continue;
      for (const other of [...record.aliases, ...record.upstream]) {
        if (names.has(other)) continue;
        names.add(other);
        waiting.push(other);
      }
    }
  }
  const id = [...names].find((name) => cvePattern.test(name)) ?? vulnerability.id;
  return [{ id, names }];
}
