import { type GateReport, lookupsOf, type SoftwareComponent } from '@fettle/gates';
import {
  type AffectedRange,
  affectedPackages,
  type ConcernedPackage,
  checkVulnerabilities,
  exploitedIn,
  likelihoodIn,
  matchComponent,
  type OpenDataSet,
  type Rating,
  rate,
  readSuppliedVex,
  statementsIn,
  type VexStatement,
  vulnerabilitiesNamed,
} from '@fettle/gates/vulnerabilities';
import { FettleError, type KeyDemand } from '@fettle/model';
import { wholeComponent } from './component-names.ts';
import type { ComponentVerdict, RecheckOrder, VulnerabilityKnowledge } from './vulnerability-lookup.ts';
import type { KeptComponent } from './vulnerability-store.ts';

const mostNames = 64;
const mostRanges = 4;

/**
 * What open data sets say of a vulnerability. Reads some blocks of each, and the packages that it is filed under.
 * @returns undefined when no record and no list names it
 * @throws FettleError `invalid-input` when a data set is broken
 */
export async function knowVulnerability(
  sets: readonly OpenDataSet[],
  name: string,
): Promise<VulnerabilityKnowledge | undefined> {
  const names = await namesOf(sets, name);
  const concerned = await concernedBy(sets, names);
  let exploited: VulnerabilityKnowledge['exploited'] = null;
  let likelihood: VulnerabilityKnowledge['likelihood'] = null;
  const statements: VexStatement[] = [];
  let rating: Rating = rate(concerned.flatMap(scoresOf));
  for (const set of sets) {
    for (const one of names) {
      const { kind } = set.header;
      if (kind === 'kev' && exploited === null) {
        const found = await exploitedIn(set, one);
        exploited = found && { since: found.dateAdded, isRansomware: found.isRansomware };
      } else if (kind === 'epss') likelihood ??= await likelihoodIn(set, one);
      else if (kind === 'vex') statements.push(...(await statementsIn(set, one)));
      else if (kind === 'osv' && rating.cvss === null) rating = await ratingIn(set, one, rating);
    }
  }
  const records = new Set(concerned.map(({ vulnerability }) => vulnerability.id));
  if (records.size === 0 && exploited === null && likelihood === null && statements.length === 0) return undefined;
  return {
    names: [...names],
    summary: concerned.find(({ vulnerability }) => vulnerability.summary !== '')?.vulnerability.summary ?? '',
    rating,
    exploited,
    likelihood,
    statements: [...new Set(statements)],
    packages: [...new Set(concerned.map(({ key }) => key))],
    records: [...records].sort(),
  };
}

/** Which of some components a vulnerability affects, and why; null for those that it does not. */
export async function judgeComponents(
  sets: readonly OpenDataSet[],
  name: string,
  components: readonly KeptComponent[],
): Promise<readonly (ComponentVerdict | null)[]> {
  const concerned = await concernedBy(sets, await namesOf(sets, name));
  return components.map((kept) => judgeComponent(concerned, wholeComponent(kept)));
}

/**
 * The gate `vulnerabilities` over components that are kept, by the data that are current.
 * @throws FettleError `invalid-input` when a data set or a document is broken
 */
export async function recheckComponents(sets: readonly OpenDataSet[], order: RecheckOrder): Promise<GateReport> {
  const { candidate, now, settings } = order;
  const vex: VexStatement[] = [];
  for (const { text, deviceType, expiresAt } of order.vex) {
    const adoption = { expiresAt, deviceTypes: [deviceType] };
    const read = readSuppliedVex(Buffer.from(text), adoption, settings.vexTrust as KeyDemand | undefined);
    if (!read.ok) throw new FettleError('invalid-input', `A VEX document is refused: ${read.message}`);
    vex.push(...read.statements);
  }
  return checkVulnerabilities({
    context: { candidate, source: { size: 0, read: async () => new Uint8Array(0) }, now },
    inventory: {
      distribution: null,
      components: order.components.map(wholeComponent),
      coverage: { explainedBytes: 0, executableBytes: 0 },
    },
    dataSets: sets,
    vex,
    settings,
  });
}

/** Aliases are symmetric and transitive; upstream ids are not names: an advisory bundles several. @source OSV schema 1.7 */
async function namesOf(sets: readonly OpenDataSet[], name: string): Promise<ReadonlySet<string>> {
  const names = new Set([name]);
  for (const one of names) {
    for (const set of sets.filter(({ header }) => header.kind === 'osv')) {
      for (const { relation, vulnerability } of await vulnerabilitiesNamed(set, one)) {
        if (relation === 'upstream' || vulnerability.withdrawn !== null) continue;
        for (const other of [vulnerability.id, ...vulnerability.aliases]) if (names.size < mostNames) names.add(other);
      }
    }
  }
  return names;
}

async function concernedBy(sets: readonly OpenDataSet[], names: ReadonlySet<string>): Promise<ConcernedPackage[]> {
  const found = new Map<string, ConcernedPackage>();
  for (const [index, set] of sets.entries()) {
    if (set.header.kind !== 'osv') continue;
    for (const name of names) {
      for (const one of await affectedPackages(set, name))
        found.set(`${index} ${one.key} ${one.vulnerability.id}`, one);
    }
  }
  return [...found.values()];
}

function scoresOf({ vulnerability, affected }: ConcernedPackage) {
  return [...vulnerability.severity, ...affected.flatMap(({ severity }) => severity)];
}

async function ratingIn(set: OpenDataSet, name: string, known: Rating): Promise<Rating> {
  const named = (await vulnerabilitiesNamed(set, name)).filter(
    ({ relation, vulnerability }) => relation !== 'upstream' && vulnerability.withdrawn === null,
  );
  const found = rate(named.flatMap(({ vulnerability }) => vulnerability.severity));
  return found.cvss !== null || known.severity === null ? found : known;
}

function judgeComponent(concerned: readonly ConcernedPackage[], component: SoftwareComponent): ComponentVerdict | null {
  const keys = new Set(lookupsOf(component).map(({ key }) => key));
  let by: ComponentVerdict['by'] | undefined;
  let isGuess = true;
  const [records, fixedIn, ranges] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const one of concerned) {
    const match = keys.has(one.key) ? matchComponent(component, one.vulnerability) : null;
    if (!match) continue;
    by ??= match.by;
    isGuess &&= match.isGuess;
    records.add(one.vulnerability.id);
    for (const version of match.fixedIn) fixedIn.add(version);
    for (const { ecosystem, ranges: said } of one.affected) {
      for (const range of said.map(rangeWords)) if (range !== '') ranges.add(`${ecosystem} ${range}`);
    }
  }
  if (by === undefined) return null;
  const words = [...ranges].slice(0, mostRanges).join('; ');
  return { by, records: [...records], range: words, fixedIn: [...fixedIn], isGuess };
}

const signs = { introduced: '>=', fixed: '<', lastAffected: '<=', limit: '<' } as const;

/** `>= 3.0.0, < 3.0.8` */
function rangeWords({ type, events }: AffectedRange): string {
  if (type === 'GIT') return '';
  return events
    .filter(({ kind, version }) => kind !== 'introduced' || version !== '0' || events.length === 1)
    .map(({ kind, version }) => `${signs[kind]} ${version}`)
    .join(', ')
    .slice(0, 200);
}
