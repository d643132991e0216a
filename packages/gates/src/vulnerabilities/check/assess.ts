import type { OpenDataSet } from '../data/data-set.ts';
import { type Likelihood, likelihoodIn } from '../imports/import-epss.ts';
import { type Exploited, exploitedIn } from '../imports/import-kev.ts';
import { statementsIn } from '../imports/import-vex.ts';
import { vulnerabilitiesNamed } from '../osv/find-vulnerabilities.ts';
import { type Rating, rate, unknownRating, worse } from '../severity/rating.ts';
import { judgeVex, type VexQuestion, type VexVerdict } from '../vex/judge-vex.ts';
import type { VexStatement } from '../vex/vex-statement.ts';
import type { MergedMatch } from './merge-matches.ts';

/** A vulnerability in a component with all that is known of it. */
export interface Assessed {
  readonly match: MergedMatch;
  readonly rating: Rating;
  readonly exploited: Exploited | null;
  readonly likelihood: Likelihood | null;
  readonly vex: VexVerdict;
  /** No statement that can be used says "not affected" or "fixed". */
  readonly isOpen: boolean;
}

export interface Sources {
  readonly dataSets: readonly OpenDataSet[];
  /** Beside those in data sets of the kind `vex`. */
  readonly vex: readonly VexStatement[];
}

/** What is looked up for one vulnerability, whatever components have it. */
interface Looked {
  readonly rating: Rating;
  readonly exploited: Exploited | null;
  readonly likelihood: Likelihood | null;
  readonly statements: readonly VexStatement[];
}

/** @param matches sorted by id, so that the look-ups of one vulnerability are made once and neighbours are read together */
export async function assess(
  matches: readonly MergedMatch[],
  sources: Sources,
  about: Pick<VexQuestion, 'candidate' | 'now'>,
): Promise<readonly Assessed[]> {
  const assessed: Assessed[] = [];
  const byName = groupByName(sources.vex);
  let last: { readonly id: string; readonly looked: Looked } | undefined;
  for (const match of matches) {
    if (last?.id !== match.id) last = { id: match.id, looked: await lookUp(match, sources.dataSets) };
    const { looked } = last;
    const own = [...match.names].flatMap((name) => byName.get(name) ?? []);
    const statements = [...new Set([...own, ...looked.statements])];
    const vex = judgeVex(statements, { names: match.names, component: match.component, ...about });
    assessed.push({
      match,
      rating: worse(match.rating, looked.rating),
      exploited: looked.exploited,
      likelihood: looked.likelihood,
      vex,
      isOpen: vex.status !== 'not_affected' && vex.status !== 'fixed',
    });
  }
  return assessed;
}

function groupByName(statements: readonly VexStatement[]): ReadonlyMap<string, readonly VexStatement[]> {
  const groups = new Map<string, VexStatement[]>();
  for (const statement of statements) {
    for (const name of statement.vulnerabilities) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [statement]);
      else group.push(statement);
    }
  }
  return groups;
}

async function lookUp(match: MergedMatch, dataSets: readonly OpenDataSet[]): Promise<Looked> {
  let rating = unknownRating;
  let exploited: Exploited | null = null;
  let likelihood: Likelihood | null = null;
  const statements: VexStatement[] = [];
  for (const dataSet of dataSets) {
    const { kind } = dataSet.header;
    if (kind === 'osv' && match.rating.cvss === null) rating = worse(rating, await ratingIn(dataSet, match.id));
    for (const name of match.names) {
      if (kind === 'kev') exploited ??= await exploitedIn(dataSet, name);
      if (kind === 'epss') likelihood ??= await likelihoodIn(dataSet, name);
      if (kind === 'vex') statements.push(...(await statementsIn(dataSet, name)));
    }
  }
  return { rating, exploited, likelihood, statements };
}

/** What records of the vulnerability itself say: an advisory of a distribution often has no score. */
async function ratingIn(dataSet: OpenDataSet, id: string): Promise<Rating> {
  const named = await vulnerabilitiesNamed(dataSet, id);
  return named
    .filter(({ relation, vulnerability }) => relation !== 'upstream' && vulnerability.withdrawn === null)
    .reduce((worst, { vulnerability }) => worse(worst, rate(vulnerability.severity)), unknownRating);
}
