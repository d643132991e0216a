import type { ImageFormat } from './inspection.ts';

/** What a policy may demand of an image; what is left out is not looked at. */
export interface ImageDemand {
  readonly format?: ImageFormat;
  /** Ids of keys (hex SHA-256 of the SubjectPublicKeyInfo): every part that can be started is signed by one of them. */
  readonly signedBy?: readonly string[];
  /** The least anti-downgrade counter. */
  readonly minCounter?: number;
  readonly hardwareId?: string;
  /** The version that was declared for it. */
  readonly version?: string;
}

export type ImageVerdict = 'pass' | 'fail' | 'inconclusive';

/** Why an image passes or not; callers match these, the sentences are for people. */
export type ImageFindingCode =
  | 'malformed'
  | 'hash-mismatch'
  | 'hash-ok'
  | 'format-mismatch'
  | 'format-ok'
  | 'signature-ok'
  | 'signature-bad'
  | 'signature-missing'
  | 'signature-unchecked'
  | 'key-unknown'
  | 'key-not-allowed'
  | 'format-without-signature'
  | 'encrypted'
  | 'counter-ok'
  | 'counter-too-low'
  | 'counter-missing'
  | 'format-without-counter'
  | 'hardware-ok'
  | 'hardware-mismatch'
  | 'hardware-not-stated'
  | 'version-ok'
  | 'version-mismatch'
  | 'version-not-stated';

export interface ImageFinding {
  readonly code: ImageFindingCode;
  readonly verdict: ImageVerdict;
  /** What was expected and found. */
  readonly message: string;
}

export interface ImageJudgement {
  /** The worst of the findings: `fail` before `inconclusive` before `pass`. Only `pass` may go on where it is demanded. */
  readonly verdict: ImageVerdict;
  readonly findings: readonly ImageFinding[];
}
