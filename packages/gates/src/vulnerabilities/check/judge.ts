import type { DataSetKind, Instant, Severity, Verdict } from '@fettle/model';
import type { FactValue } from '../../core/gate.ts';
import type { OpenDataSet } from '../data/data-set.ts';
import type { Coverage } from '../match/coverage.ts';
import type { Assessed } from './assess.ts';
import type { VulnerabilityFact } from './facts.ts';
import { isFailing } from './is-failing.ts';
import type { WholeVulnerabilitySettings } from './settings.ts';

export interface Evidence {
  readonly assessed: readonly Assessed[];
  readonly coverage: Coverage;
  /** Those that count. */
  readonly dataSets: readonly OpenDataSet[];
  readonly components: number;
  readonly now: Instant;
  /** What each set is that does not count, and why. */
  readonly refused: readonly string[];
  /** Whether only signed data count. */
  readonly isTrustAsked: boolean;
}

export type VulnerabilityFigures = Readonly<Record<VulnerabilityFact, FactValue>>;

/** Refused sets that are named one by one. */
const mostRefused = 32;

/** What policies are told. */
export function factsOf({ assessed, coverage, dataSets, now, refused }: Evidence): VulnerabilityFigures {
  const open = assessed.filter(({ isOpen }) => isOpen);
  const count = (severity: Severity | null) => open.filter(({ rating }) => rating.severity === severity).length;
  const exploited = open.filter((one) => one.exploited !== null).length;
  const likely = open.flatMap(({ likelihood }) => likelihood ?? []);
  const ofKind = (kind: DataSetKind) => dataSets.filter(({ header }) => header.kind === kind);
  return {
    exploited: exploited > 0,
    exploitedOpen: exploited,
    maxCvss: open.length === 0 ? 0 : highest(open.flatMap(({ rating }) => rating.cvss ?? [])),
    criticalOpen: count('critical'),
    highOpen: count('high'),
    mediumOpen: count('medium'),
    lowOpen: count('low') + count('info'),
    unknownOpen: count(null),
    maxEpss: open.length === 0 ? 0 : highest(likely.map(({ probability }) => probability)),
    maxEpssPercentile: open.length === 0 ? 0 : highest(likely.map(({ percentile }) => percentile)),
    fixableOpen: open.filter(({ match }) => match.fixedIn.size > 0).length,
    notAffected: assessed.filter(({ vex }) => vex.status === 'not_affected').length,
    fixedByVex: assessed.filter(({ vex }) => vex.status === 'fixed').length,
    vexContradictions: assessed.filter(({ vex }) => vex.status === 'unknown').length,
    vexUnused: assessed.filter(({ vex }) => vex.flaws.length > 0).length,
    componentsChecked: coverage.checked,
    componentsUnknown: coverage.unknownComponents,
    ecosystemsWithoutData: coverage.ecosystemsWithoutData,
    oldestDataDays: highest([...coverage.used, ...ofKind('kev')].map((dataSet) => ageInDays(dataSet, now))),
    exploitedDataDays: lowest(ofKind('kev').map((dataSet) => ageInDays(dataSet, now))),
    dataSetsRefused: refused.slice(0, mostRefused),
    epssDataDays: lowest(ofKind('epss').map((dataSet) => ageInDays(dataSet, now))),
  };
}

/** The gate's own rule, and in one sentence each why it is not a pass. */
export function judge(
  evidence: Evidence,
  facts: VulnerabilityFigures,
  settings: WholeVulnerabilitySettings,
): { readonly verdict: Verdict; readonly reasons: readonly string[] } {
  const open = evidence.assessed.filter(({ isOpen }) => isOpen);
  const failing = open.filter((one) => isFailing(one, settings)).length;
  if (failing > 0) {
    const what = `${failing} open vulnerabilit${failing === 1 ? 'y is' : 'ies are'} exploited or of CVSS ${settings.failCvss} or more`;
    return { verdict: 'fail', reasons: [what] };
  }
  const reasons = unknowns(evidence, facts, { settings, openCount: open.length });
  return { verdict: reasons.length > 0 ? 'inconclusive' : 'pass', reasons };
}

function unknowns(
  { coverage, dataSets, components, now, isTrustAsked }: Evidence,
  facts: VulnerabilityFigures,
  { settings, openCount }: { readonly settings: WholeVulnerabilitySettings; readonly openCount: number },
): readonly string[] {
  const reasons: string[] = [];
  const { ecosystemsWithoutData, used, checked } = coverage;
  if (isTrustAsked && !dataSets.some(({ header }) => header.kind === 'osv')) reasons.push(nothingCounts);
  if (ecosystemsWithoutData.length > 0)
    reasons.push(`no data on ${ecosystemsWithoutData.slice(0, 8).join(', ')}: import it`);
  if (components === 0) reasons.push('no component is known, so that nothing could be looked up');
  if (components > 0 && checked === 0 && ecosystemsWithoutData.length === 0) {
    reasons.push('none of the components has a known ecosystem and version, so that nothing could be looked up');
  }
  const exploitedData = dataSets.filter(({ header }) => header.kind === 'kev');
  const old = [...used, ...newestOf(exploitedData)].filter((dataSet) => ageInDays(dataSet, now) > settings.maxAgeDays);
  if (old.length > 0) {
    const names = old.map(
      ({ header }) => `${header.source || header.kind} of ${new Date(header.publishedAt).toISOString().slice(0, 10)}`,
    );
    reasons.push(`data older than ${settings.maxAgeDays} days (${names.slice(0, 4).join('; ')}): import newer data`);
  }
  if (settings.exploitedDataNeeded && openCount > 0 && exploitedData.length === 0) {
    reasons.push('no data on exploited vulnerabilities beside open ones: import the KEV catalogue');
  }
  if (settings.scoresNeeded && Number(facts.unknownOpen) > 0) {
    reasons.push(
      `${facts.unknownOpen} open vulnerabilities of unknown severity: import records with scores, or state VEX`,
    );
  }
  return reasons;
}

const nothingCounts =
  'no data on affected packages count, as the policy wants them signed: `fettle vulndb sign FILE --key KEY`, ' +
  '`fettle vulndb add FILE`, then check again';

function newestOf(dataSets: readonly OpenDataSet[]): readonly OpenDataSet[] {
  return [...dataSets].sort((a, b) => b.header.publishedAt - a.header.publishedAt).slice(0, 1);
}

const dayMs = 86_400_000;

function ageInDays({ header }: OpenDataSet, now: Instant): number {
  return Math.max(0, Math.round(((now - header.publishedAt) / dayMs) * 10) / 10);
}

function highest(values: readonly number[]): number | null {
  return values.reduce<number | null>((most, value) => (most === null || value > most ? value : most), null);
}

function lowest(values: readonly number[]): number | null {
  return values.reduce<number | null>((least, value) => (least === null || value < least ? value : least), null);
}
