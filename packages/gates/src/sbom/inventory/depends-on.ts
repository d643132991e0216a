import type { SoftwareComponent } from '../component.ts';
import type { PackageRecord } from '../databases/package-record.ts';
import { sbomLimits } from '../sbom-limits.ts';
import { compareText } from './merge.ts';

/**
 * Says which packages of one root each package needs: by names and by what packages provide. What nothing provides is
 * left out.
 * @returns the components, in the order of the records
 */
export function withDependencies(
  records: readonly PackageRecord[],
  components: readonly SoftwareComponent[],
): SoftwareComponent[] {
  const providers = new Map<string, string>();
  records.forEach((record, at) => {
    for (const name of record.provides) if (!providers.has(name)) providers.set(name, components[at]?.purl ?? '');
  });
  // A package of the name itself goes before one that only provides it.
  records.forEach((record, at) => {
    providers.set(record.name, components[at]?.purl ?? '');
  });
  let edges = 0;
  return components.map((component, at) => {
    const needed = new Set<string>();
    for (const need of records[at]?.needs ?? []) {
      const purl = providers.get(need);
      if (purl !== undefined && purl !== component.purl) needed.add(purl);
    }
    edges += needed.size;
    return edges > sbomLimits.dependencies ? component : { ...component, dependsOn: [...needed].sort(compareText) };
  });
}
