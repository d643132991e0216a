import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** A folder of one test file, removed at its end; gives the path of a file written into it. */
export function workFolder(): { readonly path: string; write(name: string, bytes: Uint8Array | string): string } {
  const path = mkdtempSync(join(tmpdir(), 'fettle-images-'));
  after(() => rmSync(path, { recursive: true, force: true }));
  const write = (name: string, bytes: Uint8Array | string) => {
    const file = join(path, name);
    writeFileSync(file, bytes);
    return file;
  };
  return { path, write };
}
