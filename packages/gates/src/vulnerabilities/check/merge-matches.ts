import type { SoftwareComponent } from '../../sbom/component.ts';
import type { OpenDataSet } from '../data/data-set.ts';
import type { ComponentMatch } from '../match/match-components.ts';
import { type Rating, rate, unknownRating, worse } from '../severity/rating.ts';
import { findingNames } from './finding-names.ts';

/** One vulnerability in one component, whatever number of records say so. */
export interface MergedMatch {
  readonly id: string;
  readonly component: SoftwareComponent;
  readonly names: Set<string>;
  readonly records: Set<string>;
  readonly fixedIn: Set<string>;
  readonly dataSets: Set<OpenDataSet>;
  summary: string;
  rating: Rating;
  isGuess: boolean;
}

/** Matches of one data set. */
export interface MatchesOf {
  readonly dataSet: OpenDataSet;
  readonly matches: readonly ComponentMatch[];
}

/** Joins what several records and data sets say of one vulnerability in one component; sorted by id and purl. */
export async function mergeMatches(found: readonly MatchesOf[]): Promise<readonly MergedMatch[]> {
  const merged = new Map<string, MergedMatch>();
  const dataSets = found.map(({ dataSet }) => dataSet);
  for (const { dataSet, matches } of found) {
    for (const match of matches) {
      for (const { id, names } of await findingNames(match.vulnerability, dataSets)) {
        const key = `${id}\n${match.component.purl}`;
        const known = merged.get(key) ?? start(id, match.component);
        merged.set(key, known);
        join(known, match, { dataSet, names });
      }
    }
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, match]) => match);
}

function start(id: string, component: SoftwareComponent): MergedMatch {
  return {
    id,
    component,
    names: new Set([id]),
    records: new Set(),
    fixedIn: new Set(),
    dataSets: new Set(),
    summary: '',
    rating: unknownRating,
    isGuess: true,
  };
}

function join(
  known: MergedMatch,
  match: ComponentMatch,
  { dataSet, names }: { readonly dataSet: OpenDataSet; readonly names: ReadonlySet<string> },
): void {
  for (const name of names) known.names.add(name);
  known.records.add(match.vulnerability.id);
  for (const version of match.fixedIn) known.fixedIn.add(version);
  known.dataSets.add(dataSet);
  known.rating = worse(known.rating, rate(match.scores));
  known.summary ||= match.vulnerability.summary;
  // One sure match makes it sure.
  known.isGuess &&= match.isGuess;
}
