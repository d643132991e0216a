import { verify } from 'node:crypto';
import type { NoteKey } from './note-keys.ts';

/** Bytes of a note at most: a checkpoint with many cosignatures has a tenth of it. */
export const mostNoteBytes = 65_536;
const mostSignatures = 64;

/** One signature line, as it stands there. */
export interface NoteSignature {
  readonly name: string;
  /** 8 hexadecimal digits. */
  readonly keyId: string;
  /** What follows the key id. */
  readonly bytes: Uint8Array;
  readonly line: string;
}

export interface Note {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/**
 * Reads a signed note without judging it; undefined when it is none.
 * @source C2SP signed-note, Format
 */
export function readNote(note: string): Note | undefined {
  if (Buffer.byteLength(note) > mostNoteBytes || /[\p{Cc}\ufffd]/u.test(note.replaceAll('\n', ''))) return undefined;
  // Text may have empty lines: only the last one divides.
  const at = note.lastIndexOf('\n\n');
  if (at < 1 || !note.endsWith('\n')) return undefined;
  const lines = note.slice(at + 2, -1).split('\n');
  if (lines.length > mostSignatures) return undefined;
  const signatures = lines.map(readSignature);
  if (signatures.some((signature) => signature === undefined)) return undefined;
  return { text: note.slice(0, at + 1), signatures: signatures.filter((signature) => signature !== undefined) };
}

/** Reads one line `— NAME BASE64`. */
export function readSignature(line: string): NoteSignature | undefined {
  const [, name, base64 = ''] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (name === undefined || bytes.length < 5 || bytes.toString('base64') !== base64) return undefined;
  return { name, keyId: bytes.subarray(0, 4).toString('hex'), bytes: bytes.subarray(4), line };
}

/** The line for a signature by a key. */
export function signatureLine(key: Pick<NoteKey, 'name' | 'id'>, signature: Uint8Array): string {
  return `\u2014 ${key.name} ${Buffer.concat([Buffer.from(key.id, 'hex'), signature]).toString('base64')}`;
}

/** A note from its text and the lines of its signatures. */
export function noteOf(text: string, lines: readonly string[]): string {
  return `${text}\n${lines.map((line) => `${line}\n`).join('')}`;
}

/** Seconds since 1970 at which a witness signed. */
export interface Cosigned {
  readonly key: NoteKey;
  readonly atSeconds: number;
}

export type NoteVerdict =
  | {
      readonly ok: true;
      readonly text: string;
      readonly signedBy: readonly NoteKey[];
      readonly cosigned: readonly Cosigned[];
    }
  | { readonly ok: false; readonly why: string };

/**
 * Verifies a note by known keys: signatures by others are passed over, one that names a known key and is wrong spoils
 * the whole note, and without any good one of a log's key it is refused.
 * @source C2SP signed-note, Verifiers; C2SP tlog-cosignature
 */
export function verifyNote(note: string, keys: readonly NoteKey[]): NoteVerdict {
  const read = readNote(note);
  if (!read) return { ok: false, why: 'it is no signed note' };
  const signedBy: NoteKey[] = [];
  const cosigned: Cosigned[] = [];
  for (const signature of read.signatures) {
    const key = keys.find(({ name, id }) => name === signature.name && id === signature.keyId);
    if (!key) continue;
    const verdict = check(key, read.text, signature.bytes);
    if (verdict === false) return { ok: false, why: `the signature of ${key.name} does not verify` };
    if (verdict === true) signedBy.push(key);
    else cosigned.push({ key, atSeconds: verdict });
  }
  if (signedBy.length === 0) return { ok: false, why: 'no known key of the log has signed it' };
  return { ok: true, text: read.text, signedBy, cosigned };
}

/** True or false for a log's signature; the time of a witness's, or false. */
function check(key: NoteKey, text: string, bytes: Uint8Array): boolean | number {
  if (key.kind === 'log') return bytes.length === 64 && verify(null, Buffer.from(text), key.key, bytes);
  if (bytes.length !== 72) return false;
  const time = Buffer.from(bytes.subarray(0, 8)).readBigUInt64BE();
  if (time > BigInt(Number.MAX_SAFE_INTEGER)) return false;
  const seconds = Number(time);
  return verify(null, cosignedBytes(text, seconds), key.key, bytes.subarray(8)) && seconds;
}

/** Whether a line is a good cosignature of a note's text by a witness. */
export function verifyCosignature(text: string, line: string, key: NoteKey): boolean {
  const signature = readSignature(line);
  const isItsOwn = key.kind === 'witness' && signature?.name === key.name && signature.keyId === key.id;
  return isItsOwn && check(key, text, signature.bytes) !== false;
}

/** What a witness signs. @source C2SP tlog-cosignature, Ed25519 signed message */
export function cosignedBytes(text: string, atSeconds: number): Uint8Array {
  return Buffer.from(`cosignature/v1\ntime ${atSeconds}\n${text}`);
}

/** The field of a witness's signature line: time and signature. */
export function cosignatureField(atSeconds: number, signature: Uint8Array): Uint8Array {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(atSeconds));
  return Buffer.concat([time, signature]);
}
