import type { NoteKey } from './log.ts';
import type { Pins } from './pins.ts';
import type { Files } from './read-zip.ts';
import type { Report } from './report.ts';
import type { Key, Statement } from './signatures.ts';
import { parseJson } from './values.ts';

/** What rules look at. */
export interface Context {
  readonly files: Files;
  readonly report: Report;
  /** `dossier.json`. */
  readonly dossier: unknown;
  readonly pins: Pins;
  /** Keys that were pinned for their use; those that the dossier brings only where none was. */
  readonly evidenceKeys: readonly Key[];
  readonly releaseKeys: readonly Key[];
  readonly log: NoteKey | undefined;
  /** Statements that were opened, by file. */
  readonly statements: Map<string, Statement>;
  /** Events that count: with a pinned log those that are proven to be in it, without one all that are told. */
  readonly events: unknown[];
}

/** @throws Error when it is missing */
export function fileIn(files: Files, path: string): Uint8Array {
  const bytes = files.get(path);
  if (bytes) return bytes;
  throw new Error(`${path} is missing`);
}

export function jsonIn(files: Files, path: string): unknown {
  return parseJson(fileIn(files, path));
}
