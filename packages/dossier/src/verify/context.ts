import type { NoteKey } from './log.ts';
import type { Files } from './read-zip.ts';
import type { Report } from './report.ts';
import type { Key, Statement } from './signatures.ts';
import { parseJson } from './values.ts';

/** What a reader trusts already; without any of a kind, what the dossier itself brings is believed, and that is told. */
export interface Options {
  /** Public keys in PEM: of the installation's evidence, of releases, of waivers. */
  readonly keys?: readonly string[];
  /** `NAME+ID+BASE64`: of the audit log, of witnesses. */
  readonly vkeys?: readonly string[];
  /** SHA-256 of the first root of the image repository. */
  readonly root?: string | undefined;
}

/** What rules look at. */
export interface Context {
  readonly files: Files;
  readonly report: Report;
  /** `dossier.json`. */
  readonly dossier: unknown;
  readonly evidenceKeys: readonly Key[];
  readonly releaseKeys: readonly Key[];
  readonly waiverKeys: readonly Key[];
  readonly log: NoteKey | undefined;
  readonly witnesses: readonly NoteKey[];
  readonly root: string | undefined;
  /** Statements that were opened, by file. */
  readonly statements: Map<string, Statement>;
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
