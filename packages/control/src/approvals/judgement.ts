import type { GateReport } from '@fettle/gates';
import {
  blockingSeverities,
  type Digest,
  type EvidenceText,
  type Finding,
  type Fleet,
  type Instant,
  type ReleaseGate,
  type Stage,
  type StageVerdict,
  type Verdict,
} from '@fettle/model';
import { evidenceOf } from '../checks/evidence.ts';
import { isWaivedBy, judgeReports, type ValidWaiver } from '../checks/judge-check.ts';

/** What a gate found that a signature rests on, by fingerprint, sorted. */
export interface JudgedFindings {
  readonly gate: ReleaseGate;
  /** Serious enough to stop a release that has to pass the gate, and covered by no waiver. */
  readonly open: readonly string[];
  /** How many of those there are, with those of which no more than the number is kept. */
  readonly openCount: number;
  readonly waived: readonly string[];
}

/** What a person who signs for a release is shown of it, in a form that later judgements are held against. */
export interface Judgement {
  readonly stages: readonly {
    readonly stage: Stage;
    readonly verdict: Verdict;
    readonly gates: readonly { readonly gate: ReleaseGate; readonly verdict: Verdict }[];
  }[];
  readonly findings: readonly JudgedFindings[];
}

/** A judgement with what people read of it. */
export interface ShownJudgement {
  readonly judgement: Judgement;
  readonly stages: readonly StageVerdict[];
  /** Findings in words, by fingerprint. */
  readonly names: ReadonlyMap<string, string>;
}

const judgementKind = 'judgement';

/** Judges what gates said, as it stands now. */
export function makeJudgement(
  fleet: Fleet,
  reports: readonly GateReport[],
  { waivers, now }: { readonly waivers: readonly ValidWaiver[]; readonly now: Instant },
): ShownJudgement {
  const judged = judgeReports(fleet, reports, { waivers, now });
  const isWaived = isWaivedBy(waivers, now);
  const gates = [...new Set(reports.map(({ gate }) => gate))].sort();
  const findings = gates.map((gate) => {
    const own = reports.filter((report) => report.gate === gate);
    return findingsOf(gate, own, isWaived);
  });
  const verdictsOf = judged.map(({ stage, verdict, gates: all }) => ({
    stage,
    verdict,
    gates: all.map(({ gate, verdict: said }) => ({ gate, verdict: said })),
  }));
  const all = reports.flatMap((report) => report.findings);
  const names = new Map(all.map((finding) => [finding.fingerprint, nameOf(finding)]));
  return { judgement: { stages: verdictsOf, findings }, stages: judged, names };
}

/** The text under which a judgement is kept; the same judgement gives the same text. */
export function judgementText(judgement: Judgement): EvidenceText {
  return evidenceOf(judgementKind, 'application/json', JSON.stringify(judgement));
}

/** A judgement that was shown once; undefined when it is not kept. */
export async function readJudgement(
  reads: { readonly evidence: (digest: Digest) => Promise<EvidenceText | undefined> },
  digest: Digest,
): Promise<Judgement | undefined> {
  const kept = await reads.evidence(digest);
  // Written by this server, and named by its digest.
  return kept && JSON.parse(kept.text);
}

function findingsOf(
  gate: ReleaseGate,
  reports: readonly GateReport[],
  isWaived: (finding: Finding) => boolean,
): JudgedFindings {
  const serious = blockingSeverities[gate];
  const all = reports.flatMap((report) => report.findings);
  const waived = all.filter(isWaived);
  const open = all.filter((finding) => serious.includes(finding.severity) && !isWaived(finding));
  // Findings come worst first: what was left out is at most as bad as the least of those that were kept.
  const unseen = reports.filter(({ findings, findingsLeftOut }) => {
    return findingsLeftOut > 0 && serious.includes(findings.at(-1)?.severity ?? 'critical');
  });
  const openCount = unseen.reduce((sum, { findingsLeftOut }) => sum + findingsLeftOut, open.length);
  return { gate, open: fingerprints(open), openCount, waived: fingerprints(waived) };
}

function fingerprints(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ fingerprint }) => fingerprint))].sort();
}

function nameOf({ rule, details, place }: Finding): string {
  const where = details?.component ?? place;
  return where === '' ? rule : `${rule} in ${where}`;
}
