import type { Severity } from '@fettle/model';
import type { SeverityScore } from '../osv/vulnerability.ts';
import { baseScore } from './cvss.ts';

/** How bad a vulnerability is, as far as data say. */
export interface Rating {
  /** Highest base score of all vectors; null when there is none: unknown, never 0. */
  readonly cvss: number | null;
  /** The vector of that score. */
  readonly vector: string | null;
  /** By the score, else by a database's word; null when unknown. */
  readonly severity: Severity | null;
}

export const unknownRating: Rating = { cvss: null, vector: null, severity: null };

/** What databases say instead of a score. */
const words: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  important: 'high',
  medium: 'medium',
  moderate: 'medium',
  low: 'low',
  negligible: 'low',
  none: 'info',
};

/** The worst of several scores: where two disagree, the careful one counts. */
export function rate(scores: readonly SeverityScore[]): Rating {
  let cvss: number | null = null;
  let vector: string | null = null;
  for (const score of scores) {
    const base = baseScore(score);
    if (base === null || (cvss !== null && base <= cvss)) continue;
    cvss = base;
    vector = score.score.trim();
  }
  if (cvss !== null) return { cvss, vector, severity: severityOf(cvss) };
  const said = scores.flatMap(({ type, score }) =>
    type === 'word' && Object.hasOwn(words, score) ? [words[score]] : [],
  );
  const severity = order.find((one) => said.includes(one)) ?? null;
  return { cvss: null, vector: null, severity };
}

const order: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** @source CVSS v3.1 §5, v4.0 §6: qualitative severity rating scale */
export function severityOf(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'info';
}

/** The worse of two; one with a score counts more than one with a word of the same severity. */
export function worse(a: Rating, b: Rating): Rating {
  const rankA = a.severity === null ? order.length : order.indexOf(a.severity);
  const rankB = b.severity === null ? order.length : order.indexOf(b.severity);
  if (rankA !== rankB) return rankA < rankB ? a : b;
  return (b.cvss ?? -1) > (a.cvss ?? -1) ? b : a;
}
