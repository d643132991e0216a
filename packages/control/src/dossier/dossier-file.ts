import { createHash } from 'node:crypto';

/** A file of a dossier: its digest is known before its bytes are read. */
export interface DossierFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  read(): Promise<Uint8Array>;
}

/** A file that is at hand. */
export function fileOf(path: string, content: string | Uint8Array): DossierFile {
  const bytes = Buffer.from(content);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, sha256, sizeBytes: bytes.length, read: async () => bytes };
}

/** The same value as text in every run; members stay in the order in which they were put. */
export function jsonFile(path: string, value: unknown): DossierFile {
  return fileOf(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** `DIGEST  PATH` lines, in order of path. @source sha256sum(1) */
export function sumsOf(files: readonly DossierFile[]): string {
  return files.map(({ sha256, path }) => `${sha256}  ${path}\n`).join('');
}
