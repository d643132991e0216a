import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import type { ElfHardening } from '../../../packages/gates/src/hardening/elf/read-elf.ts';

/** The answers of checksec in its own words, by path. */
export type ChecksecAnswers = ReadonlyMap<string, Readonly<Record<string, string>>>;

const pies = { yes: 'yes', no: 'no', library: 'dso', object: 'rel', other: 'not_elf' } as const;

/** Our verdicts as checksec says them. */
export function asChecksec(elf: ElfHardening): Readonly<Record<string, string>> {
  const yesNo = (value: boolean) => (value ? 'yes' : 'no');
  return {
    relro: elf.relro,
    canary: yesNo(elf.canary),
    nx: yesNo(elf.nx),
    pie: pies[elf.pie],
    rpath: yesNo(elf.rpath.length > 0),
    runpath: yesNo(elf.runpath.length > 0),
    symbols: yesNo(elf.hasSymbols),
    fortify_source: yesNo(elf.fortify.isFortified),
    fortified: String(elf.fortify.fortified),
    'fortify-able': String(elf.fortify.fortifiable),
  };
}

/** Asks checksec about files, all of which have to be ELF. What it prints for a list has a comma too many for JSON. */
export function askChecksec(list: string, paths: readonly string[]): ChecksecAnswers {
  const options = { encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  const { stdout, status, error } = spawnSync('checksec', [`--listfile=${list}`, '--output=json'], options);
  if (error) throw error;
  assert.equal(status, 0, stdout.slice(-400));
  const answers = new Map<string, Readonly<Record<string, string>>>();
  for (const [, path = '', members = ''] of stdout.matchAll(/"([^"]+)": \{ ("relro"[^}]*?"fortify-able":"\d+")/g)) {
    const pairs = [...members.matchAll(/"([a-z_-]+)":"([a-z_0-9]+)"/g)];
    answers.set(path, Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value])));
  }
  assert.equal(answers.size, paths.length, 'checksec answers for every file');
  return answers;
}

/** A file as a source of bytes, open while `use` runs. */
export async function withFile<T>(path: string, use: (source: { size: number; read: Read }) => Promise<T>): Promise<T> {
  const handle = await open(path);
  try {
    return await use({ size: (await handle.stat()).size, read: (offset, length) => readAt(handle, offset, length) });
  } finally {
    await handle.close();
  }
}

type Read = (offset: number, length: number) => Promise<Uint8Array>;

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, offset);
  assert.equal(bytesRead, length);
  return bytes;
}
