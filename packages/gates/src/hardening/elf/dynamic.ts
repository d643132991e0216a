import { type ElfHeader, textAt } from './header.ts';
import { BrokenElf, type ElfReader } from './reader.ts';

/** What the dynamic section says; addresses are null where it has none. */
export interface Dynamic {
  readonly bindNow: boolean;
  readonly isProgram: boolean;
  readonly runPaths: { readonly rpath: readonly string[]; readonly runpath: readonly string[] };
  readonly symbols: number | null;
  readonly strings: { readonly address: number; readonly size: number } | null;
  readonly hash: number | null;
  readonly gnuHash: number | null;
}

const tag = {
  hash: 4,
  strings: 5,
  symbols: 6,
  stringBytes: 10,
  rpath: 15,
  debug: 21,
  bindNow: 24,
  runpath: 29,
  flags: 30,
  gnuHash: 0x6ffffef5,
  flags1: 0x6ffffffb,
} as const;
const flagBindNow = 0x8;
const flag1Now = 0x1;
const flag1Pie = 0x0800_0000;
const dynamicSegment = 2;
const loadSegment = 1;
const nobitsSection = 8;
const mostDynamicBytes = 1_048_576;
export const mostStringBytes = 33_554_432;

/**
 * Reads the dynamic section; undefined when there is none.
 * @throws BrokenElf
 * @source System V ABI, chapter 5, dynamic section; values from glibc's elf.h
 */
export async function readDynamic(reader: ElfReader, header: ElfHeader): Promise<Dynamic | undefined> {
  const segment = header.segments.find(({ type }) => type === dynamicSegment);
  if (!segment || segment.size === 0 || isCutOut(header)) return undefined;
  const { isWide, wide } = header.form;
  const what = 'The dynamic section';
  const part = { offset: segment.offset, length: segment.size, most: mostDynamicBytes };
  const bytes = await reader.bytes(what, part);
  const step = isWide ? 16 : 8;
  const values = new Map<number, number[]>();
  for (let at = 0; at + step <= bytes.length; at += step) {
    const name = wide(bytes, at);
    if (name === 0) break;
    values.set(name, [...(values.get(name) ?? []).slice(0, 64), wide(bytes, at + step / 2)]);
  }
  const first = (name: number) => values.get(name)?.[0] ?? null;
  const [address, size] = [first(tag.strings), first(tag.stringBytes)];
  const strings = address === null || size === null ? null : { address, size };
  const flags1 = first(tag.flags1) ?? 0;
  return {
    bindNow: values.has(tag.bindNow) || has(first(tag.flags) ?? 0, flagBindNow) || has(flags1, flag1Now),
    // Linkers write DT_DEBUG into programs only: for a debugger that looks for their libraries.
    isProgram: values.has(tag.debug) || has(flags1, flag1Pie),
    runPaths: await readRunPaths(reader, header, {
      strings,
      rpath: values.get(tag.rpath),
      runpath: values.get(tag.runpath),
    }),
    symbols: first(tag.symbols),
    strings,
    hash: first(tag.hash),
    gnuHash: first(tag.gnuHash),
  };
}

/** Files with only the debug information of a program keep its segments, but not what is in them. */
function isCutOut({ sections }: ElfHeader): boolean {
  return sections.some(({ name, type }) => name === '.dynamic' && type === nobitsSection);
}

function has(flags: number, flag: number): boolean {
  // Bits above 32 are beyond what `&` sees, and none of ours is there.
  return (flags & flag) !== 0;
}

async function readRunPaths(
  reader: ElfReader,
  header: ElfHeader,
  found: {
    readonly strings: Dynamic['strings'];
    readonly rpath: readonly number[] | undefined;
    readonly runpath: readonly number[] | undefined;
  },
): Promise<Dynamic['runPaths']> {
  const { strings, rpath = [], runpath = [] } = found;
  if (!strings || rpath.length + runpath.length === 0) return { rpath: [], runpath: [] };
  const offset = fileOffset(header, strings.address);
  const what = 'The strings of the dynamic section';
  const text = await reader.bytes(what, { offset, length: strings.size, most: mostStringBytes });
  const texts = (at: readonly number[]) => at.map((one) => textAt(text, one)).filter((path) => path !== '');
  return { rpath: texts(rpath), runpath: texts(runpath) };
}

/**
 * Where the byte at an address lies in the file.
 * @throws BrokenElf when no segment has it
 */
export function fileOffset(header: ElfHeader, address: number): number {
  const segment = header.segments.find(
    ({ type, address: from, size }) => type === loadSegment && address >= from && address - from < size,
  );
  if (!segment) throw new BrokenElf(`Address ${address} is in none of the segments.`);
  return address - segment.address + segment.offset;
}
