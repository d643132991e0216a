import {
  chooseCopy,
  type EnvArea,
  encodeEnvironment,
  nextFlag,
  type ParsedEnvironment,
  parseEnvConfig,
  parseEnvironment,
} from '@fettle/images';
import { FettleError } from '@fettle/model';
import { type Disk, readSmallFile, replaceFile } from '../disk.ts';
import type { VariableStore } from './boot-driver.ts';

type Copy = ParsedEnvironment;

/**
 * Variables in a U-Boot environment, as `fw_env.config` describes it.
 * Two copies: the older one is overwritten and synced, so one valid copy exists at every moment.
 * One copy: replaced by rename where it is a file of its own, else written in place (docs/agent.md says what that risks).
 */
export function ubootStore(disk: Disk, areas: readonly EnvArea[]): VariableStore {
  const form = areas.length === 2 ? 'redundant' : 'single';
  const readCopies = () => Promise.all(areas.map((area) => readCopy(disk, area, form)));
  return {
    async read() {
      return current(await readCopies());
    },
    async write(changes) {
      const copies = await readCopies();
      const now = current(copies);
      if (!now.ok) throw new Error(now.message);
      const variables = new Map(now.variables);
      for (const [name, value] of changes) {
        if (value === '') variables.delete(name);
        else variables.set(name, value);
      }
      const index = form === 'redundant' && now.index === 0 ? 1 : 0;
      const area = areas[index];
      if (!area) throw new Error('The environment has no area to write to.');
      const flag = now.flag === null ? null : nextFlag(now.flag);
      await writeCopy(disk, area, encodeEnvironment(variables, { form, sizeBytes: area.sizeBytes, flag }), form);
      const after = current(await readCopies());
      if (!after.ok || [...changes].some(([name, value]) => (after.variables.get(name) ?? '') !== value)) {
        throw new Error(`The environment in ${area.file} does not hold what was just written to it.`);
      }
    },
  };
}

/**
 * Reads `fw_env.config`. Relative file names are relative to it.
 * @throws FettleError `invalid-input` when it is missing or not usable
 */
export async function readEnvAreas(disk: Disk, configFile: string): Promise<readonly EnvArea[]> {
  const text = await readSmallFile(disk, configFile, 16_384);
  if (!text) throw new FettleError('invalid-input', `Expected ${configFile} to describe the U-Boot environment.`);
  const parsed = parseEnvConfig(text.toString('utf8'));
  if (!parsed.ok) throw new FettleError('invalid-input', `${configFile}: ${parsed.message}`);
  const folder = configFile.slice(0, configFile.lastIndexOf('/') + 1);
  return parsed.areas.map((area) => ({ ...area, file: area.file.startsWith('/') ? area.file : folder + area.file }));
}

type Current =
  | { ok: true; variables: ReadonlyMap<string, string>; flag: number | null; index: number }
  | { ok: false; message: string };

function current(copies: readonly Copy[]): Current {
  const [first, second] = copies;
  if (!first) return { ok: false, message: 'The environment has no copy.' };
  const index = second ? chooseCopy(first, second) : first.ok ? 0 : undefined;
  const chosen = index === undefined ? first : copies[index];
  if (index === undefined || !chosen?.ok) {
    const reasons = copies.map((copy) => (copy.ok ? '' : copy.message)).join(' / ');
    return { ok: false, message: `No copy of the U-Boot environment is valid: ${reasons}` };
  }
  return { ok: true, variables: chosen.variables, flag: chosen.flag, index };
}

async function readCopy(disk: Disk, area: EnvArea, form: 'single' | 'redundant'): Promise<Copy> {
  if (!(await disk.stat(area.file))) return { ok: false, message: `${area.file} is missing.` };
  const file = await disk.open(area.file, 'read');
  try {
    const copy = Buffer.alloc(area.sizeBytes);
    let length = 0;
    while (length < copy.length) {
      const got = await file.read(copy.subarray(length), area.offsetBytes + length);
      if (got === 0) return { ok: false, message: `${area.file} ends before the environment does.` };
      length += got;
    }
    return parseEnvironment(copy, form);
  } finally {
    await file.close();
  }
}

async function writeCopy(disk: Disk, area: EnvArea, bytes: Uint8Array, form: 'single' | 'redundant'): Promise<void> {
  const entry = await disk.stat(area.file);
  const ownFile = entry?.kind === 'file' && area.offsetBytes === 0 && entry.sizeBytes === area.sizeBytes;
  if (form === 'single' && ownFile) return replaceFile(disk, area.file, bytes);
  const file = await disk.open(area.file, 'write');
  try {
    await file.write(bytes, area.offsetBytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
