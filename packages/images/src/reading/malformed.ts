/**
 * Why an image could not be read to its end: `out-of-bounds` points outside the image (also: the image was cut off),
 * `overlap` two parts claim the same bytes, `duplicate` a member that may be there once is there twice, `limit` more
 * than we are willing to read, `contradiction` fields that cannot both be true, `unsupported` a form we do not read.
 */
export type ProblemCode = 'out-of-bounds' | 'overlap' | 'duplicate' | 'limit' | 'contradiction' | 'unsupported';

export interface Problem {
  readonly code: ProblemCode;
  /** What was expected and found, with the offset. */
  readonly message: string;
}

/** Ends the reading of one image; `inspectImage` turns it into the answer's `problem`, nobody else sees it. */
export class Malformed extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, message: string) {
    super(message);
    this.name = 'Malformed';
    this.code = code;
  }
}
