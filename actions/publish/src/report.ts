import type { CheckReportsView, CheckView } from '@fettle/api';
import { gateRows, safeText } from '@fettle/cli/publish';
import { isCleared, type Severity, severities, type Verdict } from '@fettle/model';
import { annotation } from './commands.ts';

const mostAnnotations = 50;
const mostCharacters = 300;

/** One annotation a finding, worst first; what is beyond the bound is counted. */
export function annotationsOf({ check, reports }: CheckReportsView): string {
  const stopping = new Set(
    check.stages.flatMap(({ gates }) => gates.filter(({ verdict }) => verdict !== 'pass').map(({ gate }) => gate)),
  );
  const findings = reports
    .flatMap((report) => report.findings)
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const said = findings.slice(0, mostAnnotations).map(({ gate, rule, severity, place, offset, message }) => {
    const at = `${place === '' ? 'the image' : place}${offset === undefined ? '' : ` at ${offset}`}`;
    const isBad = stopping.has(gate) && (severity === 'critical' || severity === 'high');
    const title = safeText(`${gate}: ${rule} (${severity})`);
    const level = isBad ? 'error' : severity === 'info' ? 'notice' : 'warning';
    return annotation(level, title, short(safeText(`${at}: ${message}`)));
  });
  const left = findings.length - said.length + reports.reduce((sum, one) => sum + one.findingsLeftOut, 0);
  if (left > 0) said.push(annotation('notice', 'more findings', `${left} more are in the report.`));
  return said.join('');
}

export interface SummaryFacts {
  readonly fleet: string;
  readonly version: string;
  readonly digests: readonly string[];
  readonly reportUrl: string;
  /** What came of it, one sentence each. */
  readonly outcome: readonly string[];
}

/** The page of the job: a table of gates, what each stage makes of them, and what was published. */
export function summaryOf(facts: SummaryFacts, found: CheckReportsView | undefined): string {
  const { fleet, version, digests, reportUrl, outcome } = facts;
  const head = [`## Fettle: ${cell(version)} for fleet ${cell(fleet)}`, ...outcome.map((one) => `- ${cell(one)}`)];
  const foot = ['', ...digests.map((digest) => `- SHA-256 \`${cell(digest)}\``)];
  if (reportUrl !== '')
    foot.push(
      `- [report](${reportUrl.replace(/[()\s<>]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`)})`,
    );
  return `${[...head, ...(found ? gateTable(found) : []), ...foot].join('\n')}\n`;
}

function gateTable({ check, reports }: CheckReportsView): string[] {
  const rows = gateRows(reports).map(({ gate, verdict, counts, summary }) => {
    return `| ${gate} | ${mark(verdict)} | ${counts} | ${cell(summary)} |`;
  });
  const stages = check.stages.map(({ stage, verdict, gates }) => {
    const why = gates.filter((gate) => gate.verdict !== 'pass').map((gate) => `${gate.gate}: ${cell(gate.why)}`);
    return `| ${stage} | ${mark(verdict)} | ${why.join('<br>') || '-'} |`;
  });
  const gates = ['', '| gate | verdict | findings | summary |', '|---|---|---|---|', ...rows];
  return stages.length === 0 ? gates : [...gates, '', '| stage | verdict | why |', '|---|---|---|', ...stages];
}

function mark(verdict: Verdict): string {
  return { pass: '✅ pass', fail: '❌ fail', inconclusive: '⚠️ inconclusive' }[verdict];
}

/** Text from an image or a server in a table of Markdown: no markup, no line end. */
function cell(text: string): string {
  return short(safeText(text.replace(/[\r\n]+/g, ' ')))
    .replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign)
    .replace(/[\\`*_[\]|!]/g, '\\$&');
}

function short(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)} …` : text;
}

/** What the gates let through: any stage of the policy counts. `none` where the fleet demands nothing. */
export function gateVerdictOf({ stages }: CheckView): Verdict | 'none' {
  if (stages.length === 0) return 'none';
  if (isCleared({ stages })) return 'pass';
  return stages.some(({ verdict }) => verdict === 'fail') ? 'fail' : 'inconclusive';
}

/** How many findings are as bad as `worst` or worse; what a waiver excuses in a demanded gate does not count. */
export function countFrom({ check, reports }: CheckReportsView, worst: Severity): number {
  const bad = severities.slice(0, severities.indexOf(worst) + 1);
  const judged = new Map(check.stages.flatMap(({ gates }) => gates.map((gate) => [gate.gate, gate.open] as const)));
  const open = [...judged.values()].flatMap((counts) => bad.map((one) => Number(counts[one] ?? 0)));
  const others = reports.filter(({ gate }) => !judged.has(gate)).flatMap(({ findings }) => findings);
  return open.reduce((sum, one) => sum + one, 0) + others.filter(({ severity }) => bad.includes(severity)).length;
}
