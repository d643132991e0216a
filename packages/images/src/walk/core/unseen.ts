import { Malformed } from '../../reading/malformed.ts';
import type { WalkProblemCode } from '../walked.ts';

/** Ends the look into one layer or file; the walk turns it into a problem and goes on beside it. */
export class Unseen extends Error {
  readonly code: WalkProblemCode;

  constructor(code: WalkProblemCode, message: string) {
    super(message);
    this.name = 'Unseen';
    this.code = code;
  }
}

/** Ends the whole walk: a bound on all layers together was met. */
export class WalkOver extends Error {
  readonly code: WalkProblemCode;

  constructor(code: WalkProblemCode, message: string) {
    super(message);
    this.name = 'WalkOver';
    this.code = code;
  }
}

/** What a visitor, the scratch or the image's source threw: never a fault of the image, so it is passed on. */
export class Outside extends Error {
  constructor(cause: unknown) {
    super('Something outside of the walk failed.', { cause });
    this.name = 'Outside';
  }
}

/** Runs what is not ours; what it throws leaves the walk as it is. */
export async function outside<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw new Outside(error);
  }
}

/** The reason why a part was not seen, if the image is to blame; everything else is thrown again. */
export function unseenOf(error: unknown): Unseen {
  if (error instanceof Unseen) return error;
  if (error instanceof Malformed) return new Unseen(codeOfMalformed(error), error.message);
  if (isOutOfRange(error)) return new Unseen('malformed', 'A field lies outside of the bytes that should hold it.');
  throw error;
}

function codeOfMalformed(error: Malformed): WalkProblemCode {
  if (error.code === 'unsupported') return 'unsupported';
  return error.code === 'limit' ? 'too-large' : 'malformed';
}

// What Buffer throws for a read past its end: the readers check structures as a whole, this is their safety net.
function isOutOfRange(error: unknown): boolean {
  if (!(error instanceof RangeError) || !('code' in error)) return false;
  return error.code === 'ERR_OUT_OF_RANGE' || error.code === 'ERR_BUFFER_OUT_OF_BOUNDS';
}
