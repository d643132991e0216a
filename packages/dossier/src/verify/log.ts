import { createHash, createPublicKey, verify } from 'node:crypto';

/** A key that notes are signed with: of a log (type 1) or of a witness (type 4). */
export interface NoteKey {
  readonly name: string;
  readonly id: string;
  readonly type: number;
  readonly spki: Buffer;
}

/** @source C2SP signed-note, Verifier keys @throws Error */
export function readVkey(text: string): NoteKey {
  const [, name = '', id = '', body = ''] =
    /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44}={0,2})$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(body, 'base64');
  const expected = createHash('sha256').update(`${name}\n`).update(bytes).digest('hex').slice(0, 8);
  if (bytes.length !== 33 || id !== expected) throw new Error('not a verifier key NAME+ID+BASE64');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]);
  return { name, id, type: bytes[0] ?? 0, spki };
}

export interface Proven {
  readonly size: number;
  readonly origin: string;
  /** Names of witnesses whose keys are known and who have cosigned. */
  readonly witnesses: readonly string[];
}

/**
 * Whether an entry is in a log, by a `.tlog-proof` file.
 * @source C2SP tlog-proof, tlog-checkpoint, tlog-cosignature
 * @throws Error why not
 */
export function proveEntry(file: string, entry: string, log: NoteKey, witnesses: readonly NoteKey[]): Proven {
  const end = file.indexOf('\n\n');
  const [head, indexLine = '', ...lines] = file.slice(0, end).split('\n');
  const index = Number(/^index (0|[1-9]\d{0,15})$/.exec(indexLine)?.[1] ?? -1);
  if (end < 0 || head !== 'c2sp.org/tlog-proof@v1' || index < 0) throw new Error('not a tlog-proof file');
  const { text, cosigned } = openNote(file.slice(end + 2), log, witnesses);
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  if (origin !== log.name || rest.length !== 1) throw new Error('the note is no checkpoint of this log');
  const proof = lines.map((line) => hashFrom(line));
  if (!includes({ index, size: Number(size), proof }, leafOf(entry), hashFrom(root)))
    throw new Error(`entry ${index} of the log is another`);
  return { size: Number(size), origin, witnesses: cosigned };
}

/** @source C2SP signed-note */
function openNote(note: string, log: NoteKey, witnesses: readonly NoteKey[]): { text: string; cosigned: string[] } {
  const divide = note.lastIndexOf('\n\n');
  if (divide < 1 || !note.endsWith('\n')) throw new Error('not a signed note');
  const text = note.slice(0, divide + 1);
  const cosigned: string[] = [];
  let isLogged = false;
  for (const line of note.slice(divide + 2, -1).split('\n')) {
    const [, name, body = ''] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
    const bytes = Buffer.from(body, 'base64');
    if (name === undefined || bytes.toString('base64') !== body) throw new Error('a line of the note is no signature');
    const isOf = (key: NoteKey) => key.name === name && key.id === bytes.subarray(0, 4).toString('hex');
    const key = [log, ...witnesses].find(isOf);
    if (!key) continue;
    const signed = key.type === 1 ? Buffer.from(text) : cosignedBytes(text, bytes.subarray(4, 12));
    const signature = bytes.subarray(key.type === 1 ? 4 : 12);
    const spki = createPublicKey({ key: key.spki, format: 'der', type: 'spki' });
    if (!verify(null, signed, spki, signature))
      throw new Error(`the signature of ${name} under the checkpoint is wrong`);
    if (key === log) isLogged = true;
    else cosigned.push(name);
  }
  if (!isLogged) throw new Error('the log has not signed the checkpoint');
  return { text, cosigned };
}

function cosignedBytes(text: string, time: Buffer): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${time.readBigUInt64BE()}\n${text}`);
}

/** @source RFC 9162 §2.1.3.2 */
function includes(
  place: { index: number; size: number; proof: readonly Buffer[] },
  leaf: Buffer,
  root: Buffer,
): boolean {
  let [first, last, hash] = [place.index, place.size - 1, leaf];
  if (!Number.isSafeInteger(last) || first > last || place.proof.length > 63) return false;
  for (const sibling of place.proof) {
    if (last === 0) return false;
    if (first % 2 === 1 || first === last) {
      hash = nodeOf(sibling, hash);
      while (first % 2 === 0 && first !== 0) [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
    } else hash = nodeOf(hash, sibling);
    [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
  }
  return last === 0 && hash.equals(root);
}

/** @source RFC 6962 §2.1 */
function leafOf(entry: string): Buffer {
  return createHash('sha256').update(Buffer.of(0)).update(entry).digest();
}

function nodeOf(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
}

function hashFrom(base64: string): Buffer {
  const hash = Buffer.from(base64, 'base64');
  if (hash.length !== 32 || hash.toString('base64') !== base64) throw new Error('not a hash in base64');
  return hash;
}
