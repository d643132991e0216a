import type { Severity } from '@fettle/model';
import { worstFirst } from '../../core/findings.ts';
import type { GateContext, GateInput, GateReport } from '../../core/gate.ts';
import type { SoftwareInventory } from '../../sbom/component.ts';
import { dataInput } from '../data/data-input.ts';
import type { OpenDataSet } from '../data/data-set.ts';
import { countedSets, type DataTrust } from '../data/data-trust.ts';
import { coverageOf } from '../match/coverage.ts';
import { matchComponents } from '../match/match-components.ts';
import type { VexStatement } from '../vex/vex-statement.ts';
import { assess } from './assess.ts';
import { findingOf } from './findings-of.ts';
import { type Evidence, factsOf, judge, type VulnerabilityFigures } from './judge.ts';
import { type MatchesOf, mergeMatches } from './merge-matches.ts';
import { type VulnerabilitySettings, wholeSettings } from './settings.ts';

/** Raised when the rule or the matching changes. */
const ruleSet: GateInput = { name: 'vulnerability rules', version: '1', publishedAt: null };

export interface VulnerabilityCheck {
  readonly context: GateContext;
  readonly inventory: SoftwareInventory;
  /** Of any kind; their digests were compared with their bytes. */
  readonly dataSets: readonly OpenDataSet[];
  /** Statements beside those in data sets. */
  readonly vex: readonly VexStatement[];
  /** Whose signatures data need to count comes from the policy, not from its settings; without it all data count. */
  readonly settings: VulnerabilitySettings & { readonly trust?: DataTrust | undefined };
}

/**
 * Looks every component up in the data sets. Findings are per vulnerability and component; VEX marks them, and never
 * takes one away. What could not be looked up leaves the verdict open.
 * @throws FettleError `invalid-input` when a data set is broken
 */
export async function checkVulnerabilities(check: VulnerabilityCheck): Promise<GateReport> {
  const { context, inventory } = check;
  const settings = wholeSettings(check.settings);
  const { trust } = check.settings;
  const { counted, refused } = countedSets(check.dataSets, trust);
  const dataSets = counted.map(({ dataSet }) => dataSet);
  const { components } = inventory;
  const { now, candidate } = context;
  const osv = dataSets.filter(({ header }) => header.kind === 'osv');
  const found: MatchesOf[] = [];
  for (const dataSet of osv) found.push({ dataSet, matches: await matchComponents(components, dataSet) });
  const assessed = await assess(await mergeMatches(found), { dataSets, vex: check.vex }, { candidate, now });
  const coverage = coverageOf(components, osv);
  const evidence: Evidence = {
    assessed,
    coverage,
    dataSets,
    components: components.length,
    now,
    refused,
    isTrustAsked: trust !== undefined,
  };
  const facts = factsOf(evidence);
  const { verdict, reasons } = judge(evidence, facts, settings);
  return {
    gate: 'vulnerabilities',
    verdict,
    summary: summaryOf(evidence, facts, reasons),
    ...worstFirst(assessed.map((one) => findingOf(one, settings))),
    facts,
    inputs: [ruleSet, ...counted.map(dataInput)],
    documents: [],
  };
}

const mostRefusedTold = 3;

function refusedWords(refused: readonly string[]): string {
  const more = refused.length > mostRefusedTold ? ` And ${refused.length - mostRefusedTold} more.` : '';
  return `${refused.slice(0, mostRefusedTold).join(' ')}${more}`;
}

const told: readonly (readonly [Severity, keyof VulnerabilityFigures])[] = [
  ['critical', 'criticalOpen'],
  ['high', 'highOpen'],
  ['medium', 'mediumOpen'],
  ['low', 'lowOpen'],
];

function summaryOf(
  { components, dataSets, coverage, refused }: Evidence,
  facts: VulnerabilityFigures,
  reasons: readonly string[],
): string {
  const counts = told.map(([severity, fact]) => `${facts[fact]} ${severity}`).join(', ');
  const age = facts.oldestDataDays === null ? '' : `, the oldest of ${facts.oldestDataDays} days`;
  const looked = `${coverage.checked} of ${components} components looked up in ${dataSets.length} data sets${age}`;
  const open = `${counts} and ${facts.unknownOpen} of unknown severity open, ${facts.exploitedOpen} of them exploited`;
  return [
    `${looked}: ${open}.`,
    ...reasons.map((reason) => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`),
    ...(refused.length === 0 ? [] : [`Not counted: ${refusedWords(refused)}`]),
  ].join(' ');
}
