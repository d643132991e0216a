import { type Instant, type Reason, type ReasonCode, reasonTable } from '@fettle/model';
import type { RolloutContext } from './context.ts';

/** What a predicate found: a reason that is not yet tied to its rollout. */
export interface Finding {
  readonly code: ReasonCode;
  readonly evidence: Reason['evidence'];
  /** The smallest change that would lift it. */
  readonly remedy: string;
  /** When it could change at the earliest; absent when no clock decides that. */
  readonly until?: Instant | undefined;
}

/** Makes the reason that people and programs read. */
export function reasonOf(finding: Finding, context: RolloutContext | undefined): Reason {
  const { code, evidence, remedy, until } = finding;
  const { owner, summary } = reasonTable[code];
  return {
    code,
    owner,
    summary,
    evidence,
    earliestChangeAt: until ?? null,
    remedy,
    rollout: context?.rollout.id ?? null,
    release: context?.release.id ?? null,
  };
}
