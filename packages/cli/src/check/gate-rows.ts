import type { CheckedGateView, FindingView } from '@fettle/api';
import { type ReleaseGate, releaseGates, severities, type Verdict } from '@fettle/model';

/** A gate over all artifacts of a release, in words. */
export interface GateRow {
  readonly gate: ReleaseGate;
  readonly verdict: Verdict;
  /** Findings by severity: `1 critical, 3 low`, or `-`. */
  readonly counts: string;
  /** Of the artifact that fared worst. */
  readonly summary: string;
}

/** One row for every gate that ran, in the order of the gates. */
export function gateRows(reports: readonly CheckedGateView[]): GateRow[] {
  return releaseGates.flatMap((gate) => {
    const of = reports.filter((report) => report.gate === gate);
    const worst = of.find(({ verdict }) => verdict === 'fail') ?? of.find(({ verdict }) => verdict !== 'pass') ?? of[0];
    if (!worst) return [];
    const counts = countsOf(of.flatMap(({ findings }) => findings));
    return [{ gate, verdict: worst.verdict, counts, summary: worst.summary }];
  });
}

function countsOf(findings: readonly FindingView[]): string {
  const counts = severities.flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return counts.join(', ') || '-';
}
