import { type NoteKey, readVkey } from './log.ts';
import { type Key, keyOf } from './signatures.ts';

/** What a reader trusts already, each for one use: what is given for one counts for no other, wherever it turns up. */
export interface Options {
  /** Public keys in PEM of the installation that sealed the dossier and signed what its gates said. */
  readonly evidenceKeys?: readonly string[];
  /** Public keys in PEM that sign manifests of releases. */
  readonly releaseKeys?: readonly string[];
  /** Public keys in PEM that sign exceptions. */
  readonly waiverKeys?: readonly string[];
  /** `NAME+ID+BASE64`: of the audit log, of witnesses. */
  readonly vkeys?: readonly string[];
  /** SHA-256 of the first root of the image repository. */
  readonly root?: string | undefined;
}

/** The same, read. */
export interface Pins {
  readonly evidence: readonly Key[];
  readonly release: readonly Key[];
  readonly waiver: readonly Key[];
  readonly logs: readonly NoteKey[];
  readonly witnesses: readonly NoteKey[];
  readonly root: string | undefined;
}

/** @throws Error what was expected of which of them */
export function readPins({ evidenceKeys, releaseKeys, waiverKeys, vkeys = [], root }: Options): Pins {
  if (root !== undefined && !/^[0-9a-f]{64}$/.test(root)) throw new Error('the root: expected 64 hexadecimal digits');
  const notes = vkeys.map(readVkey);
  const stray = notes.find(({ type }) => type !== 1 && type !== 4);
  if (stray) throw new Error(`the vkey of ${stray.name} is neither of a log (type 1) nor of a witness (type 4)`);
  return {
    evidence: keysOf('evidence key', evidenceKeys),
    release: keysOf('release key', releaseKeys),
    waiver: keysOf('waiver key', waiverKeys),
    logs: notes.filter(({ type }) => type === 1),
    witnesses: notes.filter(({ type }) => type === 4),
    root,
  };
}

function keysOf(use: string, pems: readonly string[] = []): readonly Key[] {
  return pems.map((pem) => {
    try {
      return keyOf(pem);
    } catch {
      throw new Error(`the ${use} that was given is not a public key in PEM`);
    }
  });
}
