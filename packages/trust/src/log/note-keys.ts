import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { FettleError } from '@fettle/model';

/** How a key signs notes; others exist and are passed over. @source C2SP signed-note, Signature types */
export const noteKeyTypes = { log: 0x01, witness: 0x04 } as const;
export type NoteKeyKind = keyof typeof noteKeyTypes;

/** A key that notes are verified with: a log's own, or that of a witness. */
export interface NoteKey {
  readonly kind: NoteKeyKind;
  readonly name: string;
  /** First 4 bytes, as 8 hexadecimal digits. */
  readonly id: string;
  readonly key: KeyObject;
}

// RFC 8410 §4: SubjectPublicKeyInfo of Ed25519 up to the 32 bytes of the key.
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** The name of a key: no spaces, no plus. @source C2SP signed-note */
export function isKeyName(name: string): boolean {
  return /^[^\s+\p{Cc}]{1,200}$/u.test(name);
}

/** Makes a note key from an Ed25519 public key. @throws FettleError `invalid-input` */
export function noteKey(kind: NoteKeyKind, name: string, key: KeyObject): NoteKey {
  if (!isKeyName(name)) throw new FettleError('invalid-input', 'A key name is not empty and has no space and no plus.');
  if (key.type !== 'public' || key.asymmetricKeyType !== 'ed25519') {
    throw new FettleError('invalid-input', 'Expected an Ed25519 public key.');
  }
  return { kind, name, id: idOf(name, typed(kind, key)), key };
}

/** A key as one line of text: `name+id+base64`. */
export function vkeyOf({ kind, name, id, key }: NoteKey): string {
  return `${name}+${id}+${typed(kind, key).toString('base64')}`;
}

/**
 * Reads a key from its line of text.
 * @throws FettleError `invalid-input` when it is no Ed25519 key of a log or a witness, or its id is that of another
 * @source C2SP signed-note, Verifier keys
 */
export function readVkey(text: string): NoteKey {
  // The base64 may have more plus signs.
  const [, name = '', id = '', body = ''] =
    /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44}={0,2})$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(body, 'base64');
  const kind = kindOf(bytes[0]);
  if (bytes.length !== 33 || kind === undefined || !isKeyName(name)) {
    throw new FettleError('invalid-input', 'Expected a verifier key of an Ed25519 log or witness: NAME+ID+BASE64.');
  }
  if (idOf(name, bytes) !== id) {
    throw new FettleError(
      'invalid-input',
      `The verifier key of ${name} has the id ${id}, expected ${idOf(name, bytes)}.`,
    );
  }
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, bytes.subarray(1)]), format: 'der', type: 'spki' });
  return { kind, name, id, key };
}

function kindOf(type: number | undefined): NoteKeyKind | undefined {
  if (type === noteKeyTypes.log) return 'log';
  return type === noteKeyTypes.witness ? 'witness' : undefined;
}

function typed(kind: NoteKeyKind, key: KeyObject): Buffer {
  const raw = key.export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length);
  return Buffer.concat([Uint8Array.of(noteKeyTypes[kind]), raw]);
}

function idOf(name: string, typedKey: Uint8Array): string {
  return createHash('sha256').update(`${name}\n`).update(typedKey).digest('hex').slice(0, 8);
}
