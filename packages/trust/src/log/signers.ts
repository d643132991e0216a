import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Signer } from '../signer.ts';
import { type Checkpoint, checkpointText } from './checkpoint.ts';
import type { GrowthRequest, GrowthVerdict, Head } from './growth.ts';
import { cosignatureField, cosignedBytes, noteOf, signatureLine } from './note.ts';
import { type NoteKey, noteKey } from './note-keys.ts';

export interface SignCheckpoint extends GrowthRequest {
  readonly checkpoint: Checkpoint;
}
export type CheckpointSignature =
  | { readonly kind: 'signed'; readonly note: string }
  | Exclude<GrowthVerdict, { readonly kind: 'grows' }>;

/**
 * Whatever holds the key of a log. It remembers the last size and root that it signed, durably and before it answers,
 * and signs only what is proven to go on from there: it is the first witness.
 */
export interface LogSigner {
  /** The key for a log of this origin. */
  key(origin: string): Promise<NoteKey>;
  last(origin: string): Promise<Head | undefined>;
  sign(request: SignCheckpoint): Promise<CheckpointSignature>;
}

/** The key of a log under its name, from the private half. */
export function logKeyOf(privateKey: KeyObject, origin: string): NoteKey {
  return noteKey('log', origin, createPublicKey(privateKey));
}

/**
 * The note of a checkpoint, signed by a key that may be far away. Only for whoever has judged that the log grows.
 * @throws FettleError `invalid-input` when it is no Ed25519 key, and what the signer throws
 */
export async function signCheckpointBy(signer: Signer, checkpoint: Checkpoint): Promise<string> {
  const key = noteKey('log', checkpoint.origin, signer.publicKey.key);
  const text = checkpointText(checkpoint);
  return noteOf(text, [signatureLine(key, await signer.sign(Buffer.from(text)))]);
}

/** The note of a checkpoint, signed by the log's key. Only for whoever has judged that the log grows. */
export function signCheckpoint(privateKey: KeyObject, checkpoint: Checkpoint): string {
  const text = checkpointText(checkpoint);
  const line = signatureLine(logKeyOf(privateKey, checkpoint.origin), sign(null, Buffer.from(text), privateKey));
  return noteOf(text, [line]);
}

/** The key of a witness under its name, from the private half. */
export function witnessKeyOf(privateKey: KeyObject, name: string): NoteKey {
  return noteKey('witness', name, createPublicKey(privateKey));
}

/** A witness's signature line for the text of a checkpoint. */
export function cosignatureLine(
  privateKey: KeyObject,
  name: string,
  signed: { text: string; atSeconds: number },
): string {
  const { text, atSeconds } = signed;
  const signature = sign(null, cosignedBytes(text, atSeconds), privateKey);
  return signatureLine(witnessKeyOf(privateKey, name), cosignatureField(atSeconds, signature));
}
