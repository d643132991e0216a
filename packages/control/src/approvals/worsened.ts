import type { ReleaseGate, Stage, Verdict } from '@fettle/model';
import type { JudgedFindings, Judgement } from './judgement.ts';

/** Something that stands worse than it was shown. */
export interface Worsening {
  /** The gate that says so; null when the policy does. */
  readonly gate: ReleaseGate | null;
  readonly why: string;
}

const rank: Readonly<Record<Verdict, number>> = { pass: 0, inconclusive: 1, fail: 2 };
/** Findings that are named in one sentence. */
const mostNamed = 3;

/**
 * What of a stage is worse than whoever signed was shown: a verdict, a serious finding that was not open then, a waiver
 * that was not there, a gate that is demanded no more. Empty when nothing is: other stages, groups and lesser findings
 * do not matter, and what became better does not either.
 * @param names findings of today in words, by fingerprint
 * @source decision 0028
 */
export function worsened(
  shown: Judgement,
  today: Judgement,
  { stage, names }: { readonly stage: Stage; readonly names: ReadonlyMap<string, string> },
): readonly Worsening[] {
  const now = today.stages.find((one) => one.stage === stage);
  if (!now) return [];
  const then = shown.stages.find((one) => one.stage === stage);
  if (!then) return [{ gate: null, why: `the policy had no stage ${stage} when it was signed` }];
  const demanded = new Set(now.gates.map(({ gate }) => gate));
  const dropped = then.gates.filter(({ gate }) => !demanded.has(gate));
  return [
    ...dropped.map(({ gate }) => ({ gate: null, why: `the gate ${gate} is no longer demanded` })),
    ...now.gates.flatMap(({ gate, verdict }) => {
      const before = then.gates.find((one) => one.gate === gate)?.verdict;
      const found = newFindings(findingsIn(shown, gate), findingsIn(today, gate), names);
      return [...found, ...worseVerdict(gate, verdict, before)].slice(0, 1).map((why) => ({ gate, why }));
    }),
  ];
}

function newFindings(then: JudgedFindings, now: JudgedFindings, names: ReadonlyMap<string, string>): readonly string[] {
  const opened = now.open.filter((one) => !then.open.includes(one));
  if (opened.length > 0) return [`something new was found: ${inWords(opened, names)}`];
  if (now.openCount > then.openCount) {
    return [`something new was found: ${now.openCount} serious findings of ${now.gate}, ${then.openCount} were shown`];
  }
  const waived = now.waived.filter((one) => !then.waived.includes(one));
  return waived.length > 0 ? [`something was waived since: ${inWords(waived, names)}`] : [];
}

function worseVerdict(gate: ReleaseGate, now: Verdict, then: Verdict | undefined): readonly string[] {
  if (rank[now] <= rank[then ?? 'pass']) return [];
  return [`the gate ${gate} says ${now}, ${then === undefined ? 'and was not demanded' : `it said ${then}`}`];
}

function findingsIn({ findings }: Judgement, gate: ReleaseGate): JudgedFindings {
  return findings.find((one) => one.gate === gate) ?? { gate, open: [], openCount: 0, waived: [] };
}

function inWords(fingerprints: readonly string[], names: ReadonlyMap<string, string>): string {
  const named = fingerprints.slice(0, mostNamed).map((one) => names.get(one) ?? one);
  const more = fingerprints.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
