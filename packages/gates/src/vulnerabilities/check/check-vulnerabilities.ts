import type { Severity } from '@fettle/model';
import { worstFirst } from '../../core/findings.ts';
import type { GateContext, GateInput, GateReport } from '../../core/gate.ts';
import type { SoftwareInventory } from '../../sbom/component.ts';
import type { OpenDataSet } from '../data/data-set.ts';
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
  /** Of any kind; their digests were compared with their bytes, their signatures checked where the operator asks for it. */
  readonly dataSets: readonly OpenDataSet[];
  /** Statements beside those in data sets. */
  readonly vex: readonly VexStatement[];
  readonly settings: VulnerabilitySettings;
}

/**
 * Looks every component up in the data sets. Findings are per vulnerability and component; VEX marks them, and never
 * takes one away. What could not be looked up leaves the verdict open.
 * @throws FettleError `invalid-input` when a data set is broken
 */
export async function checkVulnerabilities(check: VulnerabilityCheck): Promise<GateReport> {
  const { context, inventory, dataSets } = check;
  const settings = wholeSettings(check.settings);
  const { components } = inventory;
  const { now, candidate } = context;
  const osv = dataSets.filter(({ header }) => header.kind === 'osv');
  const found: MatchesOf[] = [];
  for (const dataSet of osv) found.push({ dataSet, matches: await matchComponents(components, dataSet) });
  const assessed = await assess(await mergeMatches(found), check, { candidate, now });
  const coverage = coverageOf(components, osv);
  const evidence: Evidence = { assessed, coverage, dataSets, components: components.length, now };
  const facts = factsOf(evidence);
  const { verdict, reasons } = judge(evidence, facts, settings);
  return {
    gate: 'vulnerabilities',
    verdict,
    summary: summaryOf(evidence, facts, reasons),
    ...worstFirst(assessed.map((one) => findingOf(one, settings))),
    facts,
    inputs: [ruleSet, ...dataSets.map(inputOf)],
    documents: [],
  };
}

function inputOf({ digest, header }: OpenDataSet): GateInput {
  return { name: `${header.kind}: ${header.source}`, version: digest, publishedAt: header.publishedAt };
}

const told: readonly (readonly [Severity, keyof VulnerabilityFigures])[] = [
  ['critical', 'criticalOpen'],
  ['high', 'highOpen'],
  ['medium', 'mediumOpen'],
  ['low', 'lowOpen'],
];

function summaryOf(
  { components, dataSets, coverage }: Evidence,
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
  ].join(' ');
}
