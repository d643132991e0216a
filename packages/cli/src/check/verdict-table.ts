import type { CheckedGateView, FindingView, StageVerdictView } from '@fettle/api';
import { severities, type Verdict } from '@fettle/model';
import { type Style, safeText } from '../output/style.ts';
import { table } from '../output/table.ts';
import { gateRows } from './gate-rows.ts';
import type { WaiverMark } from './waiver-marks.ts';

const shownFindings = 40;

/** What every gate said, worst artifact first, and what each stage makes of it. */
export function verdictTable(reports: readonly CheckedGateView[], stages: readonly StageVerdictView[], style: Style) {
  const rows = gateRows(reports).map(({ gate, verdict, counts, summary }) => {
    return [gate, inColour(verdict, style), counts, safeText(summary)];
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

/** Findings, worst first, each with what a waiver needs to name it, and with the waiver that covers it. */
export function findingLines(reports: readonly CheckedGateView[], style: Style, markOf: WaiverMark): string {
  const findings = reports
    .flatMap((report) => report.findings)
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const lines = findings.slice(0, shownFindings).map((finding) => findingLine(finding, style, markOf(finding)));
  const left = findings.length - lines.length + reports.reduce((sum, report) => sum + report.findingsLeftOut, 0);
  return [...lines, ...(left > 0 ? [style.dim(`and ${left} more: --json shows all`)] : [])].join('\n');
}

function findingLine(finding: FindingView, style: Style, waived: string | undefined): string {
  const { gate, rule, severity, place, offset, message, fingerprint } = finding;
  const at = `${place === '' ? 'the image' : safeText(place)}${offset === undefined ? '' : ` at ${offset}`}`;
  const mark = severity === 'critical' || severity === 'high' ? style.bad(severity) : style.waiting(severity);
  const tail = waived === undefined ? '' : `  ${style.waiting(safeText(waived))}`;
  return `${mark} ${gate}/${safeText(rule)} ${at}${tail}\n    ${safeText(message)} ${style.dim(`fingerprint ${fingerprint}`)}`;
}

function inColour(verdict: Verdict, style: Style): string {
  if (verdict === 'pass') return style.good('pass');
  return verdict === 'fail' ? style.bad('fail') : style.waiting('inconclusive');
}
