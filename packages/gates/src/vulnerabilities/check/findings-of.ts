import type { Finding, Severity } from '@fettle/model';
import { makeFinding } from '../../core/findings.ts';
import { readPurl } from '../../sbom/inventory/purl.ts';
import type { Assessed } from './assess.ts';
import { isFailing } from './is-failing.ts';
import type { WholeVulnerabilitySettings } from './settings.ts';

/** Of a vulnerability whose severity nobody says: it has to stand somewhere, and is told as unknown in the details. */
const severityOfUnknown: Severity = 'medium';

/** One vulnerability in one component as a finding. */
export function findingOf(assessed: Assessed, settings: WholeVulnerabilitySettings): Finding {
  const { match } = assessed;
  const { component, id } = match;
  return makeFinding('vulnerabilities', {
    rule: id,
    severity: severityOf(assessed, settings),
    place: component.evidence[0]?.place ?? '',
    message: messageOf(assessed),
    about: [packageIdentity(component.purl, component.name)],
    details: detailsOf(assessed),
  });
}

/** What fails the gate is critical, nothing else is; what VEX closes is told only. The data's own word is in the details. */
function severityOf(assessed: Assessed, settings: WholeVulnerabilitySettings): Severity {
  if (!assessed.isOpen) return 'info';
  if (isFailing(assessed, settings)) return 'critical';
  const severity = assessed.rating.severity ?? severityOfUnknown;
  return severity === 'critical' ? 'high' : severity;
}

/** The package whatever its version, so that a finding stays the same in the next build. */
function packageIdentity(purl: string, name: string): string {
  const parts = readPurl(purl);
  return parts === undefined ? name : [parts.type, parts.namespace ?? '', parts.name].join('/');
}

function messageOf({ match, rating, exploited, vex, isOpen }: Assessed): string {
  const { component, id, fixedIn } = match;
  const score = rating.cvss === null ? (rating.severity ?? 'severity unknown') : `CVSS ${rating.cvss}`;
  const known = exploited === null ? '' : ', known to be exploited';
  const fix = fixedIn.size === 0 ? 'no fix is known' : `fixed in ${[...fixedIn].slice(0, 3).join(', ')}`;
  const said = isOpen
    ? ''
    : ` ${vex.statement?.author ?? ''} says: ${vex.status === 'fixed' ? 'fixed' : 'not affected'}.`;
  const what = match.summary === '' ? '' : ` ${match.summary}`;
  return `${component.name} ${component.version} has ${id} (${score}${known}); ${fix}.${said}${what}`;
}

function detailsOf({ match, rating, exploited, likelihood, vex, isOpen }: Assessed): NonNullable<Finding['details']> {
  const { statement } = vex;
  return {
    component: match.component.purl,
    version: match.component.version,
    open: isOpen,
    cvss: rating.cvss ?? 'unknown',
    ...(rating.vector === null ? {} : { vector: rating.vector }),
    severity: rating.severity ?? 'unknown',
    exploited: exploited !== null,
    ...(exploited === null ? {} : { exploitedSince: exploited.dateAdded, ransomware: exploited.isRansomware }),
    ...(likelihood === null ? {} : { epss: likelihood.probability, epssPercentile: likelihood.percentile }),
    ...listed('fixedIn', match.fixedIn),
    ...listed('records', match.records),
    ...listed('names', match.names),
    ...listed(
      'sets',
      [...match.dataSets].map(({ digest }) => digest),
    ),
    guess: match.isGuess,
    vexStatus: vex.status ?? 'none',
    ...(statement === null
      ? {}
      : {
          vexStatement: statement.id,
          vexAuthor: statement.author,
          vexReason: statement.justification ?? statement.reason,
          vexExpiresAt: new Date(statement.expiresAt ?? 0).toISOString(),
        }),
    ...listed('vexFlaws', vex.flaws),
  };
}

const mostListed = 20;

function listed(name: string, values: Iterable<string>): Record<string, string> {
  const all = [...values];
  return all.length === 0 ? {} : { [name]: all.slice(0, mostListed).join(', ') };
}
