import type { ErrorCode } from '@fettle/model';
import { FettleError } from '@fettle/model';

/** How the action ends; docs/ci.md shows the same table. */
export const exits = {
  ok: 0,
  /** A gate, the release or the rollout did not come out as it has to. */
  badVerdict: 1,
  /** Inputs, files or trust are not set up; the same run will not do better. */
  misuse: 2,
  /** The server was not reached within the time, however often it was tried. */
  unreachable: 3,
} as const;

export type Exit = (typeof exits)[keyof typeof exits];

const misuse: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid-input',
  'invalid-id',
  'too-large',
  'not-found',
  'not-authenticated',
  'forbidden',
  'token-replayed',
]);

/** What a failure means for the job. Whatever is not known counts as a bad verdict: never a silent pass. */
export function exitOf(error: unknown): Exit {
  if (error instanceof FettleError) {
    if (misuse.has(error.code)) return exits.misuse;
    return isAway(error) ? exits.unreachable : exits.badVerdict;
  }
  return isFileTrouble(error) ? exits.misuse : exits.badVerdict;
}

/** Whether trying the same again later may help. */
export function isAway(error: unknown): boolean {
  return error instanceof FettleError && error.retryable;
}

function isFileTrouble(error: unknown): boolean {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  return typeof code === 'string' && path !== undefined;
}
