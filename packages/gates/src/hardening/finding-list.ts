import type { Finding, ReleaseGate, Severity } from '@fettle/model';
import { severities } from '@fettle/model';
import { fingerprintOf, worstFirst } from '../core/findings.ts';
import { gateLimits } from '../core/gate-limits.ts';
import { shown } from './shown.ts';

export interface NewFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly place: string;
  readonly message: string;
  /** What the finding is about, the same in the next build. */
  readonly about: readonly string[];
  readonly offset?: number;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

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

  add({ about, message, ...finding }: NewFinding): void {
    const fingerprint = fingerprintOf(this.#gate, finding.rule, about);
    const text = shown(message, gateLimits.messageCharacters);
    this.#found.push({ gate: this.#gate, ...finding, message: text, fingerprint });
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

  report(): { readonly findings: readonly Finding[]; readonly findingsLeftOut: number } {
    this.#prune();
    return { findings: this.#found, findingsLeftOut: this.#dropped };
  }

  #prune(): void {
    const { findings, findingsLeftOut } = worstFirst(this.#found);
    this.#found = [...findings];
    this.#dropped += findingsLeftOut;
  }
}
