import type { Instant } from '@fettle/model';
import type { GateReport } from '../core/gate.ts';

/** A document that a gate made, by its digest. */
export interface NamedDocument {
  readonly kind: string;
  readonly mediaType: string;
  readonly sha256: string;
}

/** Where our own predicates live; each gate has one, with its version. */
export const gatePredicatePrefix = 'https://fettle.dev/gate/';
const mostFindings = 500;

/**
 * What the statement of a gate says: the verdict and everything that it rests on. Findings beyond the first 500 are
 * counted; all of them are in the kept reports, which the summary's check names.
 */
export function predicateOfGate(
  report: GateReport,
  { now, documents }: { readonly now: Instant; readonly documents: readonly NamedDocument[] },
): { readonly predicateType: string; readonly predicate: Readonly<Record<string, unknown>> } {
  const { gate, verdict, summary, findings, findingsLeftOut, facts, inputs } = report;
  const told = findings.slice(0, mostFindings);
  return {
    predicateType: `${gatePredicatePrefix}${gate}/v1`,
    predicate: {
      verdict,
      summary,
      checkedAt: new Date(now).toISOString(),
      facts,
      inputs: inputs.map(({ publishedAt, ...input }) => ({
        ...input,
        publishedAt: publishedAt === null ? null : new Date(publishedAt).toISOString(),
      })),
      findings: told,
      findingsLeftOut: findingsLeftOut + findings.length - told.length,
      documents,
    },
  };
}
