import type { Finding, Instant, ReleaseGate, Verdict } from '@fettle/model';
import type { CheckedGateView } from './shapes/check.ts';

/** What a gate found in an artifact, as the gates and what is kept of them say it. */
export interface FoundByGate {
  readonly gate: ReleaseGate;
  readonly verdict: Verdict;
  readonly summary: string;
  readonly findings: readonly Finding[];
  readonly findingsLeftOut: number;
  readonly facts: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
  readonly inputs: readonly {
    readonly name: string;
    readonly version: string;
    readonly publishedAt: Instant | null;
    readonly signedBy?: readonly string[];
  }[];
}

/** A gate's report as it is shown, by the server as by a check on a laptop. */
export function gateReportView(artifact: string, report: FoundByGate): CheckedGateView {
  const { gate, verdict, summary, findings, findingsLeftOut, facts, inputs } = report;
  return {
    artifact,
    gate,
    verdict,
    summary,
    findings: findings.map((finding) => ({ ...finding })) as CheckedGateView['findings'],
    findingsLeftOut,
    facts: { ...facts } as CheckedGateView['facts'],
    inputs: inputs.map(({ name, version, publishedAt, signedBy }) => ({
      name,
      version,
      publishedAt: publishedAt === null ? null : new Date(publishedAt).toISOString(),
      ...(signedBy ? { signedBy: [...signedBy] } : {}),
    })),
  };
}
