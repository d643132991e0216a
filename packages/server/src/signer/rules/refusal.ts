import type { SuccessorProblem } from '@fettle/trust';

/** Why the signer does not sign what it was asked to; its request log names it. */
export type RefusalReason =
  | SuccessorProblem
  | 'payload-unreadable'
  | 'already-signed-otherwise'
  | 'not-verified'
  | 'not-signed-last'
  | 'wrong-device'
  | 'too-many-targets'
  | 'component-assigned-twice'
  | 'target-not-found'
  | 'target-differs'
  | 'target-below-floor'
  | 'evidence-unreadable'
  | 'evidence-not-signed'
  | 'evidence-older'
  | 'evidence-not-next'
  | 'checkpoint-malformed'
  | 'checkpoint-elsewhere'
  | 'checkpoint-forks'
  | 'statement-too-large'
  | 'statement-unreadable'
  | 'unknown-predicate'
  | 'subject-malformed';

export interface Refused {
  readonly ok: false;
  readonly reason: RefusalReason;
  readonly message: string;
}

export function refused(reason: RefusalReason, message: string): Refused {
  return { ok: false, reason, message };
}
