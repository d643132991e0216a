import type { ErrorCode } from '@fettle/model';

/** Every exit code of the command line (docs/cli.md shows the same table). */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notAllowed: 3,
  notFound: 4,
  conflict: 5,
  refused: 6,
  tryAgain: 7,
  badOutcome: 8,
  /** What was verified is consistent, but rests on keys that nobody gave. */
  unpinned: 9,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** One table: error code → exit code. */
export const exitCodeOf: Readonly<Record<ErrorCode, ExitCode>> = {
  'invalid-input': exitCodes.usage,
  'invalid-id': exitCodes.usage,
  'too-large': exitCodes.usage,
  'not-found': exitCodes.notFound,
  'not-authenticated': exitCodes.notAllowed,
  forbidden: exitCodes.notAllowed,
  'already-exists': exitCodes.conflict,
  'wrong-state': exitCodes.conflict,
  'token-replayed': exitCodes.notAllowed,
  'offset-mismatch': exitCodes.tryAgain,
  'digest-mismatch': exitCodes.refused,
  'signature-invalid': exitCodes.refused,
  'counter-reused': exitCodes.conflict,
  'artifact-missing': exitCodes.refused,
  'image-refused': exitCodes.refused,
  'gate-failed': exitCodes.refused,
  'check-failed': exitCodes.refused,
  'device-rejected': exitCodes.conflict,
  'device-pending': exitCodes.conflict,
  'proof-invalid': exitCodes.notAllowed,
  'limit-reached': exitCodes.tryAgain,
  overloaded: exitCodes.tryAgain,
  'storage-full': exitCodes.tryAgain,
  'signer-unavailable': exitCodes.tryAgain,
  'key-refused': exitCodes.refused,
  'signing-refused': exitCodes.refused,
  internal: exitCodes.unexpected,
};
