import {
  blockingSeverities,
  type Finding,
  type GateDemand,
  type JudgedGate,
  type ReleaseGate,
  type ReleasePolicy,
  type SeverityCounts,
  type StagePolicy,
  type StageVerdict,
  severities,
  type Verdict,
} from '@fettle/model';
import type { FactValue, GateReport } from '../core/gate.ts';
import { type Distrust, dataDistrust } from './data-distrust.ts';
import { askDemand } from './demand.ts';

/** A gate over all artifacts of a release. */
interface Merged {
  readonly reports: readonly GateReport[];
  readonly open: SeverityCounts;
  /** Whether a finding by which the gate fails is covered by no waiver. */
  readonly isBlocked: boolean;
  readonly waived: number;
}

/**
 * Judges what the gates found by what each stage demands. A gate that is demanded and did not run is inconclusive, and so
 * is one on vulnerabilities that rests on data which do not count.
 * @param reports of all artifacts of the release, each gate once per artifact
 * @param isWaived whether a valid waiver covers a finding now
 */
export function judgeStages(
  policy: Pick<ReleasePolicy, 'stages' | 'dataSets'>,
  reports: readonly GateReport[],
  isWaived: (finding: Finding) => boolean,
): readonly StageVerdict[] {
  const merged = new Map<ReleaseGate, Merged>();
  for (const gate of new Set(reports.map((report) => report.gate))) {
    merged.set(
      gate,
      merge(
        reports.filter((report) => report.gate === gate),
        isWaived,
      ),
    );
  }
  const distrust = dataDistrust(policy);
  return policy.stages.map((stage) => judgeStage(stage, merged, distrust));
}

function judgeStage(
  { stage, demands }: StagePolicy,
  merged: ReadonlyMap<ReleaseGate, Merged>,
  distrust: Distrust,
): StageVerdict {
  const gates = demands.map((demand) => judgeGate(demand, merged.get(demand.gate), distrust));
  return { stage, verdict: worstOf(gates.map(({ verdict }) => verdict)), gates };
}

function judgeGate({ gate, when }: GateDemand, merged: Merged | undefined, distrust: Distrust): JudgedGate {
  if (!merged) {
    const why = `The gate ${gate} did not run.`;
    return { gate, verdict: 'inconclusive', why, open: noFindings, waived: 0 };
  }
  const { reports, open, waived } = merged;
  // Whatever a demand asks: nobody trusted has told what it would be asked about.
  const doubtful = reports.find((report) => distrust(report) !== undefined);
  if (doubtful) {
    const why = `${distrust(doubtful)} ${doubtful.summary}`;
    return { gate, verdict: 'inconclusive', why, open, waived };
  }
  const verdict = worstOf(reports.map((report) => passVerdict(report, merged)));
  if (when === 'pass') return { gate, verdict, why: whyOf(reports, merged, verdict), open, waived };
  const asked = reports.map((report) => askDemand(when, { verdict, open, waived, facts: factsOf(report) }));
  const unasked = asked.find((answer) => !answer.ok);
  if (unasked && !unasked.ok) return { gate, verdict: 'inconclusive', why: unasked.message, open, waived };
  const met = asked.every((answer) => answer.ok && answer.met);
  // A demand of its own may let through what the gate would not: nobody should have to guess that it did.
  const own = verdict === 'pass' ? '' : `, the gate itself: ${verdict}`;
  const why = `${met ? 'Meets' : 'Does not meet'} ${when}${own}. ${whyOf(reports, merged, verdict)}`;
  return { gate, verdict: met ? 'pass' : 'fail', why, open, waived };
}

/**
 * What `pass` means: nothing stayed unseen, and no finding by which the gate fails is left that no waiver covers. A gate
 * that failed for another reason than its findings cannot be waived.
 */
function passVerdict(report: GateReport, { open, isBlocked }: Merged): Verdict {
  if (report.verdict === 'inconclusive') return 'inconclusive';
  if (isBlocked || blockingSeverities[report.gate].some((severity) => open[severity] > 0)) return 'fail';
  if (report.verdict === 'pass') return 'pass';
  return report.findingsLeftOut === 0 && report.findings.some(isBlocking) ? 'pass' : 'fail';
}

function isBlocking({ gate, severity, blocks }: Finding): boolean {
  return blocks === true || blockingSeverities[gate].includes(severity);
}

function whyOf(reports: readonly GateReport[], { waived }: Merged, verdict: Verdict): string {
  const worst = reports.find((report) => report.verdict !== 'pass') ?? reports[0];
  const waivers = waived === 0 ? '' : ` ${waived} waived.`;
  return `${worst?.summary ?? `No artifact was looked at: ${verdict}.`}${waivers}`;
}

function factsOf(report: GateReport): Readonly<Record<string, FactValue>> {
  return report.facts;
}

function merge(reports: readonly GateReport[], isWaived: (finding: Finding) => boolean): Merged {
  const open: Record<string, number> = { ...noFindings };
  let waived = 0;
  let isBlocked = false;
  for (const finding of reports.flatMap((report) => report.findings)) {
    if (isWaived(finding)) waived++;
    else {
      open[finding.severity] = (open[finding.severity] ?? 0) + 1;
      isBlocked ||= isBlocking(finding);
    }
  }
  // Findings come worst first: what was left out is at most as bad as the least of those that were kept.
  for (const { findings, findingsLeftOut } of reports) {
    const least = findings.at(-1)?.severity ?? 'critical';
    if (findingsLeftOut > 0) open[least] = (open[least] ?? 0) + findingsLeftOut;
  }
  return { reports, open: open as unknown as SeverityCounts, isBlocked, waived };
}

const noFindings = Object.fromEntries(severities.map((one) => [one, 0])) as unknown as SeverityCounts;

/** @returns `pass` for none: nothing was demanded */
function worstOf(found: readonly Verdict[]): Verdict {
  if (found.includes('fail')) return 'fail';
  return found.includes('inconclusive') ? 'inconclusive' : 'pass';
}
