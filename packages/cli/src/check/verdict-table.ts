import type { CheckedGateView, FindingView, StageVerdictView } from '@fettle/api';
import { releaseGates, severities, type Verdict } from '@fettle/model';
import { type Style, safeText } from '../output/style.ts';
import { table } from '../output/table.ts';

const shownFindings = 40;

/** What every gate said, worst artifact first, and what each stage makes of it. */
export function verdictTable(reports: readonly CheckedGateView[], stages: readonly StageVerdictView[], style: Style) {
  const rows = releaseGates.flatMap((gate) => {
    const of = reports.filter((report) => report.gate === gate);
    const worst = of.find(({ verdict }) => verdict === 'fail') ?? of.find(({ verdict }) => verdict !== 'pass') ?? of[0];
    return worst ? [[gate, inColour(worst.verdict, style), countsOf(of), safeText(worst.summary)]] : [];
  });
  const gates = table(['gate', 'verdict', 'findings', 'summary'], rows);
  return stages.length === 0 ? gates : `${gates}\n\n${stageLines(stages, style)}`;
}

/** One line a stage: what it is cleared for, and what stands in the way. */
export function stageLines(stages: readonly StageVerdictView[], style: Style): string {
  return stages
    .map(({ stage, verdict, gates }) => {
      const lacking = gates.filter((gate) => gate.verdict !== 'pass');
      const why = lacking.map(({ gate, why }) => `\n    ${gate}: ${safeText(why)}`).join('');
      return `${stage.padEnd(12)} ${inColour(verdict, style)}${why}`;
    })
    .join('\n');
}

/** Findings, worst first, each with what a waiver needs to name it. */
export function findingLines(reports: readonly CheckedGateView[], style: Style): string {
  const findings = reports
    .flatMap((report) => report.findings)
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const lines = findings.slice(0, shownFindings).map((finding) => findingLine(finding, style));
  const left = findings.length - lines.length + reports.reduce((sum, report) => sum + report.findingsLeftOut, 0);
  return [...lines, ...(left > 0 ? [style.dim(`and ${left} more: --json shows all`)] : [])].join('\n');
}

function findingLine({ gate, rule, severity, place, offset, message, fingerprint }: FindingView, style: Style): string {
  const at = `${place === '' ? 'the image' : safeText(place)}${offset === undefined ? '' : ` at ${offset}`}`;
  const mark = severity === 'critical' || severity === 'high' ? style.bad(severity) : style.waiting(severity);
  return `${mark} ${gate}/${safeText(rule)} ${at}\n    ${safeText(message)} ${style.dim(fingerprint)}`;
}

function countsOf(reports: readonly CheckedGateView[]): string {
  const counts = severities.flatMap((severity) => {
    const count = reports.flatMap(({ findings }) => findings).filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return counts.join(', ') || '-';
}

function inColour(verdict: Verdict, style: Style): string {
  if (verdict === 'pass') return style.good('pass');
  return verdict === 'fail' ? style.bad('fail') : style.waiting('inconclusive');
}
