import { FettleError } from '@fettle/model';
import type { SoftwareComponent } from '../../sbom/component.ts';
import type { OpenDataSet } from '../data/data-set.ts';
import { packageKey, readEcosystem } from '../ecosystem.ts';
import { evaluateAffected } from '../osv/evaluate.ts';
import { vulnerabilitiesOf } from '../osv/find-vulnerabilities.ts';
import type { SeverityScore, Vulnerability } from '../osv/vulnerability.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import { type Lookup, lookupsOf } from './lookups.ts';

/** A component that a record says is affected. */
export interface ComponentMatch {
  readonly component: SoftwareComponent;
  readonly vulnerability: Vulnerability;
  /** What said so. */
  readonly by: 'versions' | 'range' | 'commit';
  /** Versions that fix it, of the package that was looked up (which may be the source package). */
  readonly fixedIn: readonly string[];
  /** Of the matching entries; the record's own where they have none. */
  readonly scores: readonly SeverityScore[];
  /** Whether the order of versions is a guess: then the match is one too. */
  readonly isGuess: boolean;
}

/**
 * Which components of an inventory a data set says are affected. Each package is read once.
 * Memory: the matches.
 * @throws FettleError `invalid-input` when the data set is broken, `too-large` for more matches than any real image has
 */
export async function matchComponents(
  components: Iterable<SoftwareComponent>,
  dataSet: OpenDataSet,
): Promise<readonly ComponentMatch[]> {
  const asked = new Map<string, { readonly lookup: Lookup; readonly components: SoftwareComponent[] }>();
  for (const component of components) {
    for (const lookup of lookupsOf(component)) {
      const together = asked.get(lookup.key);
      if (together === undefined) asked.set(lookup.key, { lookup, components: [component] });
      else together.components.push(component);
    }
  }
  const matches: ComponentMatch[] = [];
  // In the order of the file, so that neighbours are read together.
  for (const key of [...asked.keys()].sort()) {
    const entry = asked.get(key);
    if (entry === undefined) continue;
    for await (const vulnerability of vulnerabilitiesOf(dataSet, entry.lookup.ecosystem, entry.lookup.name)) {
      for (const component of entry.components) {
        const match = matchComponent(component, vulnerability);
        if (match !== null) matches.push(match);
        if (matches.length > most.matches)
          throw new FettleError('too-large', `Expected at most ${most.matches} matches, found more.`);
      }
    }
  }
  return matches;
}

/**
 * Whether a record says that a component is affected: same ecosystem and release, same name as the ecosystem spells it,
 * version listed or in a range. Withdrawn records match nothing.
 * @returns null when it does not
 */
export function matchComponent(component: SoftwareComponent, vulnerability: Vulnerability): ComponentMatch | null {
  if (vulnerability.withdrawn !== null) return null;
  const fixedIn = new Set<string>();
  const scores: SeverityScore[] = [];
  let by: ComponentMatch['by'] | null = null;
  let isGuess = false;
  for (const lookup of lookupsOf(component)) {
    for (const affected of vulnerability.affected) {
      if (!isSameRelease(lookup.ecosystem, affected.ecosystem)) continue;
      if (packageKey(affected.ecosystem, affected.name) !== lookup.key) continue;
      const found = evaluateAffected(affected, lookup);
      if (found === null) continue;
      by ??= found.by;
      isGuess ||= found.by === 'range' && readEcosystem(affected.ecosystem).order === 'generic';
      scores.push(...affected.severity);
      for (const version of found.fixedIn) fixedIn.add(version);
    }
  }
  if (by === null) return null;
  return {
    component,
    vulnerability,
    by,
    fixedIn: [...fixedIn],
    scores: scores.length > 0 ? scores : vulnerability.severity,
    isGuess,
  };
}

/** An entry without a release speaks of all; a component without one only meets such entries. */
function isSameRelease(asked: string, affected: string): boolean {
  const ours = readEcosystem(asked);
  const theirs = readEcosystem(affected);
  return ours.base === theirs.base && (theirs.release === '' || theirs.release === ours.release);
}
