import { type Hash, hashBytes } from './merkle.ts';
import { type Cosigned, readNote, verifyNote } from './note.ts';
import { isKeyName, type NoteKey } from './note-keys.ts';

/** What a log says of itself: so many entries, with this root. */
export interface Checkpoint {
  /** The log's name: an URL without scheme. */
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

/** @source C2SP tlog-checkpoint */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Reads the text of a checkpoint as `checkpointText` writes it; undefined for anything else. Extensions are refused. */
export function readCheckpointText(text: string): Checkpoint | undefined {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  if (rest.length !== 1 || rest[0] !== '' || !isKeyName(origin)) return undefined;
  const checkpoint = { origin, size: Number(size), root: Buffer.from(root, 'base64') };
  const isSound = Number.isSafeInteger(checkpoint.size) && checkpoint.root.length === hashBytes;
  return isSound && checkpointText(checkpoint) === text ? checkpoint : undefined;
}

/** The origin that a note claims, before anything is verified. */
export function claimedOrigin(note: string): string | undefined {
  return readCheckpointText(readNote(note)?.text ?? '')?.origin;
}

export type CheckpointVerdict =
  | {
      readonly ok: true;
      readonly checkpoint: Checkpoint;
      readonly text: string;
      readonly cosigned: readonly Cosigned[];
    }
  | { readonly ok: false; readonly why: string };

/**
 * Verifies a checkpoint note: the log's own key, whose name is the origin, has signed it.
 * @param keys of the log, and of witnesses whose cosignatures are looked for
 */
export function verifyCheckpoint(note: string, keys: readonly NoteKey[]): CheckpointVerdict {
  const verdict = verifyNote(note, keys);
  if (!verdict.ok) return verdict;
  const { text, cosigned, signedBy } = verdict;
  const checkpoint = readCheckpointText(text);
  if (!checkpoint) return { ok: false, why: 'its text is no checkpoint' };
  if (!signedBy.some(({ name }) => name === checkpoint.origin)) {
    return { ok: false, why: `it is of ${checkpoint.origin}, but signed for ${signedBy.map(({ name }) => name)}` };
  }
  return { ok: true, checkpoint, text, cosigned };
}
