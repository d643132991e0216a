import { type Checkpoint, claimedOrigin, verifyCheckpoint } from './checkpoint.ts';
import type { GrowthRequest } from './growth.ts';
import { type Hash, hashBytes } from './merkle.ts';
import { mostNoteBytes } from './note.ts';
import type { NoteKey } from './note-keys.ts';
import { mostProofHashes } from './verify-proofs.ts';

/** Bytes of a request to a witness at most. */
export const mostWitnessRequestBytes = mostNoteBytes + 4_096;

/** A request whose checkpoint a known log has signed; whether it goes on from the last one is judged apart. */
export interface WitnessRequest extends GrowthRequest {
  readonly checkpoint: Checkpoint;
  /** What is signed. */
  readonly text: string;
}

export type WitnessReading =
  | { readonly kind: 'signed'; readonly request: WitnessRequest }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'unknown-origin'; readonly why: string }
  | { readonly kind: 'not-signed'; readonly why: string };

/** The body of `add-checkpoint`. @source C2SP tlog-witness */
export function witnessRequest(oldSize: number, proof: readonly Hash[], note: string): string {
  return `old ${oldSize}\n${proofLines(proof)}\n${note}`;
}

/** Reads the body of `add-checkpoint` and verifies the log's signature. @param keysOf the keys of a log, none when unknown */
export function readWitnessRequest(body: string, keysOf: (origin: string) => readonly NoteKey[]): WitnessReading {
  const end = body.indexOf('\n\n');
  const [first = '', ...lines] = body.slice(0, Math.max(0, end)).split('\n');
  const oldSize = /^old (0|[1-9]\d{0,15})$/.exec(first)?.[1];
  const proof = lines.length <= mostProofHashes ? readProofLines(lines) : undefined;
  if (end < 0 || oldSize === undefined || proof === undefined || !Number.isSafeInteger(Number(oldSize))) {
    return { kind: 'malformed', why: 'expected "old SIZE", up to 63 hashes in base64, an empty line and a checkpoint' };
  }
  const note = body.slice(end + 2);
  const origin = claimedOrigin(note);
  if (origin === undefined) return { kind: 'malformed', why: 'the checkpoint is no signed note of a checkpoint' };
  const keys = keysOf(origin);
  if (keys.length === 0) return { kind: 'unknown-origin', why: `this witness does not watch ${origin}` };
  const verdict = verifyCheckpoint(note, keys);
  if (!verdict.ok) return { kind: 'not-signed', why: verdict.why };
  const { checkpoint, text } = verdict;
  return { kind: 'signed', request: { oldSize: Number(oldSize), proof, checkpoint, text } };
}

/** Hashes, one a line in base64. */
export function proofLines(proof: readonly Hash[]): string {
  return proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
}

/** Reads lines of base64 hashes; undefined when one is none. */
export function readProofLines(lines: readonly string[]): readonly Hash[] | undefined {
  const hashes = lines.map((line) => Buffer.from(line, 'base64'));
  const areSound = hashes.every((hash, i) => hash.length === hashBytes && hash.toString('base64') === lines[i]);
  return areSound ? hashes : undefined;
}
