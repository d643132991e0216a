import { type Disk, readSmallFile, replaceFile } from '../disk.ts';
import type { VariableStore } from './boot-driver.ts';

const maxBytes = 65_536;

/** Variables in a small JSON file of strings, replaced atomically: for boot scripts that read a file. */
export function plainFileStore(disk: Disk, path: string): VariableStore {
  const read = async () => parseVariables(await readSmallFile(disk, path, maxBytes), path);
  return {
    read,
    async write(changes) {
      const now = await read();
      if (!now.ok) throw new Error(now.message);
      const variables = new Map(now.variables);
      for (const [name, value] of changes) {
        if (value === '') variables.delete(name);
        else variables.set(name, value);
      }
      const text = `${JSON.stringify(Object.fromEntries(variables), null, 2)}\n`;
      await replaceFile(disk, path, Buffer.from(text, 'utf8'));
    },
  };
}

function parseVariables(
  bytes: Uint8Array | undefined,
  path: string,
): { ok: true; variables: Map<string, string> } | { ok: false; message: string } {
  if (!bytes) return { ok: false, message: `${path} is missing: make it, e.g. {"slot":"a"}.` };
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not an object');
    const variables = new Map<string, string>();
    for (const [name, entry] of Object.entries(value)) {
      if (typeof entry !== 'string' && typeof entry !== 'number') throw new Error(`${name} is not text`);
      variables.set(name, String(entry));
    }
    return { ok: true, variables };
  } catch (error) {
    return { ok: false, message: `${path} is not a JSON object of strings: ${(error as Error).message}.` };
  }
}
