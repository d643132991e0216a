import { type CheckpointVerdict, verifyCheckpoint } from './checkpoint.ts';
import { type Hash, leafHash } from './merkle.ts';
import { mostNoteBytes } from './note.ts';
import { type LogPolicy, policyKeys, quorumOf } from './policy.ts';
import { mostProofHashes, verifyInclusion } from './verify-proofs.ts';
import { proofLines, readProofLines } from './witness.ts';

const header = 'c2sp.org/tlog-proof@v1';

/** Where an entry is in a log, and that it is: all that a reader needs besides the entry and the keys. */
export interface TlogProof {
  readonly index: number;
  readonly proof: readonly Hash[];
  /** The checkpoint with its signatures, verbatim. */
  readonly note: string;
}

/** A proof as a file (`.tlog-proof`). @source C2SP tlog-proof */
export function writeTlogProof({ index, proof, note }: TlogProof): string {
  return `${header}\nindex ${index}\n${proofLines(proof)}\n${note}`;
}

/** Reads a proof file; undefined when it is none. The line `extra` is passed over: nothing authenticates it. */
export function readTlogProof(file: string): TlogProof | undefined {
  if (file.length > mostNoteBytes + 4_096) return undefined;
  const end = file.indexOf('\n\n');
  if (end < 0) return undefined;
  const [first, ...lines] = file.slice(0, end).split('\n');
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '')?.[1];
  const proof = lines.length <= mostProofHashes ? readProofLines(lines) : undefined;
  if (first !== header || index === undefined || proof === undefined) return undefined;
  return { index: Number(index), proof, note: file.slice(end + 2) };
}

export type ProofVerdict = Extract<CheckpointVerdict, { ok: true }> | { readonly ok: false; readonly why: string };

/** Whether the entry is in the log of the policy, by the proof, with as many witnesses as the policy wants. */
export function verifyTlogProof(file: string, entry: Uint8Array, policy: LogPolicy): ProofVerdict {
  const proof = readTlogProof(file);
  if (!proof) return { ok: false, why: 'it is no tlog-proof file' };
  const verdict = verifyCheckpoint(proof.note, policyKeys(policy));
  if (!verdict.ok) return verdict;
  const quorum = quorumOf(policy, verdict.cosigned);
  if (!quorum.ok) return quorum;
  const { size, root } = verdict.checkpoint;
  const isIn = verifyInclusion({ leaf: leafHash(entry), index: proof.index, size, root, proof: proof.proof });
  return isIn ? verdict : { ok: false, why: `entry ${proof.index} is another than the one given` };
}
