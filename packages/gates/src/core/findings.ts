import { createHash } from 'node:crypto';
import { type Finding, type ReleaseGate, type Severity, severities } from '@fettle/model';
import { gateLimits } from './gate-limits.ts';
import { shown } from './shown.ts';

export interface NewFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly place: string;
  readonly message: string;
  /** What the finding is about, the same in the next build. */
  readonly about: readonly string[];
  readonly offset?: number;
  readonly blocks?: true;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * What makes a finding the same in the next build: gate, rule and what it is about.
 * @returns 32 hex digits
 */
export function fingerprintOf(gate: ReleaseGate, rule: string, about: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([gate, rule, ...about]))
    .digest('hex')
    .slice(0, 32);
}

/** A finding as it is told: its message safe to show and within the bound, its fingerprint made of what it is about. */
export function makeFinding(gate: ReleaseGate, { about, message, ...rest }: NewFinding): Finding {
  const fingerprint = fingerprintOf(gate, rest.rule, about);
  return { gate, ...rest, message: shown(message, gateLimits.messageCharacters), fingerprint };
}

/** Worst first, then by place, offset and rule; cut off at the bound. */
export function worstFirst(found: readonly Finding[]): Pick<GateFindings, 'findings' | 'findingsLeftOut'> {
  const findings = [...found].sort(compareFindings).slice(0, gateLimits.findings);
  return { findings, findingsLeftOut: found.length - findings.length };
}

interface GateFindings {
  readonly findings: readonly Finding[];
  readonly findingsLeftOut: number;
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    compareText(a.place, b.place) ||
    (a.offset ?? 0) - (b.offset ?? 0) ||
    compareText(a.rule, b.rule) ||
    compareText(a.fingerprint, b.fingerprint)
  );
}

/** By code units, the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
