import type { Checkpoint } from './checkpoint.ts';
import { emptyRoot, type Hash, sameHash } from './merkle.ts';
import { verifyConsistency } from './verify-proofs.ts';

/** The last that a signer or a witness has signed of a log. */
export type Head = Pick<Checkpoint, 'size' | 'root'>;

/** A wish that a checkpoint be signed, with the proof that it goes on from `oldSize`. */
export interface GrowthRequest {
  readonly oldSize: number;
  readonly proof: readonly Hash[];
  readonly checkpoint: Head;
}

export type GrowthVerdict =
  | { readonly kind: 'grows' }
  | { readonly kind: 'malformed'; readonly why: string }
  /** The proof starts at another size than the last that was signed. */
  | { readonly kind: 'conflict'; readonly size: number }
  /** It may prove that the log misbehaves: keep it. */
  | { readonly kind: 'inconsistent'; readonly why: string };

/**
 * Whether whoever has signed `last` of a log may sign the checkpoint too: never two histories.
 * @param last undefined when nothing was signed yet
 * @source C2SP tlog-witness, add-checkpoint
 */
export function judgeGrowth(last: Head | undefined, { oldSize, proof, checkpoint }: GrowthRequest): GrowthVerdict {
  const { size, root } = checkpoint;
  if (oldSize > size) return { kind: 'malformed', why: `the old size ${oldSize} is above the new size ${size}` };
  const { size: lastSize, root: lastRoot } = last ?? { size: 0, root: emptyRoot };
  if (oldSize !== lastSize) return { kind: 'conflict', size: lastSize };
  if (size === 0 && !sameHash(emptyRoot, root)) return inconsistent('the root of an empty log is another');
  if (oldSize === 0 && proof.length > 0) return inconsistent('a proof from nothing is empty');
  if (oldSize === size && !sameHash(lastRoot, root)) return inconsistent(`there are two roots for the size ${size}`);
  const isProven = verifyConsistency({ oldSize, oldRoot: lastRoot, size, root, proof });
  return isProven ? { kind: 'grows' } : inconsistent(`it does not contain what was signed at ${oldSize}`);
}

function inconsistent(why: string): GrowthVerdict {
  return { kind: 'inconsistent', why };
}
