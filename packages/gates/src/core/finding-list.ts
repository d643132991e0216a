import type { Finding, ReleaseGate, Severity } from '@fettle/model';
import { severities } from '@fettle/model';
import { makeFinding, type NewFinding, worstFirst } from './findings.ts';

/** Collects findings of one gate in bounded memory: beyond the bound, only the worst are kept and the rest is counted. */
export class FindingList {
  readonly #gate: ReleaseGate;
  readonly #most: number;
  readonly #counts = new Map<Severity, number>();
  #found: Finding[] = [];
  #dropped = 0;

  constructor(gate: ReleaseGate, most: number) {
    this.#gate = gate;
    this.#most = most;
  }

  add(finding: NewFinding): void {
    this.#found.push(makeFinding(this.#gate, finding));
    this.#counts.set(finding.severity, this.count(finding.severity) + 1);
    if (this.#found.length >= this.#most) this.#prune();
  }

  count(severity: Severity): number {
    return this.#counts.get(severity) ?? 0;
  }

  /** Whether anything found is as bad as that, or worse. */
  reaches(severity: Severity): boolean {
    return severities.slice(0, severities.indexOf(severity) + 1).some((one) => this.count(one) > 0);
  }

  /** @param failAt the mildest severity by which the gate fails, where its settings say so */
  report(failAt?: Severity): { readonly findings: readonly Finding[]; readonly findingsLeftOut: number } {
    this.#prune();
    const isFailing = (severity: Severity) => failAt && severities.indexOf(severity) <= severities.indexOf(failAt);
    const findings = this.#found.map((one) => (isFailing(one.severity) ? { ...one, blocks: true as const } : one));
    return { findings, findingsLeftOut: this.#dropped };
  }

  #prune(): void {
    const { findings, findingsLeftOut } = worstFirst(this.#found);
    this.#found = [...findings];
    this.#dropped += findingsLeftOut;
  }
}
