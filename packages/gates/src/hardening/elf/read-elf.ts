import type { Source } from '@fettle/images';
import { type Dynamic, readDynamic } from './dynamic.ts';
import { type FortifyCount, FortifyCounter, fortifiable } from './fortify.ts';
import { type ElfHeader, readHeader } from './header.ts';
import { architectureName } from './machines.ts';
import { BrokenElf, ElfReader } from './reader.ts';
import { type DynamicSymbols, eachName, findDynamicSymbols, partOf, stringsOf } from './symbols.ts';

/** How one ELF file is protected. */
export interface ElfHardening {
  /**
   * `program`: runs on a system with processes. `library`: is loaded by programs. `object`: has to be linked first, as
   * kernel modules have. `freestanding`: firmware, boot loaders, kernels, for which the rules of programs are none.
   */
  readonly role: 'program' | 'library' | 'object' | 'freestanding';
  readonly architecture: string;
  readonly bits: 32 | 64;
  /** Whether the stack is not executable. */
  readonly nx: boolean;
  readonly pie: 'yes' | 'no' | 'library' | 'object' | 'other';
  readonly relro: 'no' | 'partial' | 'full';
  readonly canary: boolean;
  readonly fortify: FortifyCount;
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  /** Whether the symbol table for debuggers is there; the dynamic one always is. */
  readonly hasSymbols: boolean;
  readonly hasDebugInfo: boolean;
}

export type ElfReading =
  | { readonly ok: true; readonly elf: ElfHardening }
  | { readonly ok: false; readonly why: string };

const stackSegment = 0x6474e551;
const relroSegment = 0x6474e552;
const interpreterSegment = 3;
const executableFlag = 1;
const symbolTable = 2;
const canaryNames = ['__stack_chk_fail', '__stack_chk_guard', '__intel_security_cookie'] as const;

/**
 * Reads how a program or library is protected. Memory: tables of at most 64 MiB each, of files that have such.
 * @param options.functions of the C library that have a checked twin; glibc's when left out
 * @returns what was found, or why the file could not be read to its end
 * @source System V ABI; GNU program headers; the questions are those of checksec 2.6.0
 */
export async function readElf(
  source: Source,
  { functions = fortifiable }: { readonly functions?: ReadonlySet<string> } = {},
): Promise<ElfReading> {
  const reader = new ElfReader(source);
  try {
    const header = await readHeader(reader);
    const dynamic = await readDynamic(reader, header);
    const symbols = await findDynamicSymbols(reader, header, dynamic);
    const counter = new FortifyCounter(functions);
    if (symbols) await eachName(reader, header, { parts: symbols, each: (name) => counter.add(name) });
    const canary = await hasCanary(reader, header, symbols);
    return { ok: true, elf: { ...protection(header, dynamic), canary, fortify: counter.count() } };
  } catch (error) {
    if (error instanceof BrokenElf) return { ok: false, why: error.message };
    throw error;
  }
}

function protection(header: ElfHeader, dynamic: Dynamic | undefined): Omit<ElfHardening, 'canary' | 'fortify'> {
  const { segments, sections, form, machine } = header;
  const stack = segments.find(({ type }) => type === stackSegment);
  const hasRelro = segments.some(({ type }) => type === relroSegment);
  return {
    role: roleOf(header, dynamic),
    architecture: architectureName(machine),
    bits: form.isWide ? 64 : 32,
    nx: stack !== undefined && (stack.flags & executableFlag) === 0,
    pie: pieOf(header, dynamic),
    relro: !hasRelro ? 'no' : dynamic?.bindNow ? 'full' : 'partial',
    rpath: dynamic?.runPaths.rpath ?? [],
    runpath: dynamic?.runPaths.runpath ?? [],
    hasSymbols: sections.some(({ type, size }) => type === symbolTable && size > 0),
    hasDebugInfo: sections.some(({ name, size }) => size > 0 && /^\.z?debug_info$/.test(name)),
  };
}

function roleOf({ type, segments }: ElfHeader, dynamic: Dynamic | undefined): ElfHardening['role'] {
  if (type === 'relocatable') return 'object';
  const has = (wanted: number) => segments.some((segment) => segment.type === wanted);
  if (type === 'shared' && dynamic) return dynamic.isProgram ? 'program' : 'library';
  // A static program of Linux says what its stack is like; firmware and kernels do not.
  return has(interpreterSegment) || dynamic || has(stackSegment) ? 'program' : 'freestanding';
}

function pieOf({ type }: ElfHeader, dynamic: Dynamic | undefined): ElfHardening['pie'] {
  if (type === 'executable') return 'no';
  if (type === 'shared') return dynamic?.isProgram ? 'yes' : 'library';
  return type === 'relocatable' ? 'object' : 'other';
}

/** Looks through the names of both symbol tables, which is faster than going from symbol to symbol. */
async function hasCanary(reader: ElfReader, header: ElfHeader, dynamic: DynamicSymbols | undefined): Promise<boolean> {
  if (dynamic && (await reader.holds('The names of dynamic symbols', dynamic.strings, canaryNames))) return true;
  const table = header.sections.find(({ type }) => type === symbolTable);
  const strings = table && stringsOf(header, table);
  return strings ? reader.holds('The names of symbols', partOf(strings), canaryNames) : false;
}
