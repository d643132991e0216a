import { type Dynamic, fileOffset, mostStringBytes } from './dynamic.ts';
import type { ElfHeader, Section } from './header.ts';
import { textAt } from './header.ts';
import { BrokenElf, type ElfReader } from './reader.ts';

export interface ElfPart {
  readonly offset: number;
  readonly length: number;
}

/** The dynamic symbols of a file, by its sections, or where those were cut off, as the loader finds them. */
export interface DynamicSymbols {
  readonly symbols: ElfPart;
  readonly strings: ElfPart;
}

const dynamicSymbols = 11;
const mostSymbolBytes = 33_554_432;
/** Of a function of the C library; hostile files have names of megabytes. */
const mostName = 256;
const mostUnderscores = 16;
const mostBuckets = 4_194_304;

/** @throws BrokenElf */
export async function findDynamicSymbols(
  reader: ElfReader,
  header: ElfHeader,
  dynamic: Dynamic | undefined,
): Promise<DynamicSymbols | undefined> {
  const section = header.sections.find(({ type }) => type === dynamicSymbols);
  const strings = section && stringsOf(header, section);
  if (section && strings) return { symbols: partOf(section), strings: partOf(strings) };
  if (!dynamic?.strings || dynamic.symbols === null) return undefined;
  const count = await countSymbols(reader, header, dynamic);
  return {
    symbols: { offset: fileOffset(header, dynamic.symbols), length: count * symbolBytes(header) },
    strings: { offset: fileOffset(header, dynamic.strings.address), length: dynamic.strings.size },
  };
}

/** The strings that a symbol table names. */
export function stringsOf({ sections }: ElfHeader, table: Section): Section | undefined {
  return sections[table.link];
}

export function partOf({ offset, size }: Section): ElfPart {
  return { offset, length: size };
}

/**
 * The names of symbols without their leading underscores, each as often as it is there.
 * @throws BrokenElf
 */
export async function eachName(
  reader: ElfReader,
  header: ElfHeader,
  { parts, each }: { readonly parts: DynamicSymbols; readonly each: (name: string) => void },
): Promise<void> {
  const symbols = await reader.bytes('The dynamic symbols', { ...parts.symbols, most: mostSymbolBytes });
  const strings = await reader.bytes('The names of dynamic symbols', { ...parts.strings, most: mostStringBytes });
  const step = symbolBytes(header);
  for (let at = 0; at + step <= symbols.length; at += step) {
    let name = header.form.word(symbols, at);
    for (let more = 0; more < mostUnderscores && strings[name] === 0x5f; more += 1) name += 1;
    // Names of C++ and Rust can be very long, and all of them begin with a Z here: none is asked for.
    if (name < strings.length && strings[name] !== 0x5a && strings[name] !== 0) each(textAt(strings, name, mostName));
  }
}

function symbolBytes({ form }: ElfHeader): number {
  return form.isWide ? 24 : 16;
}

/** How many symbols there are, which only the hash tables tell. @source System V ABI, hash table; GNU hash table */
async function countSymbols(reader: ElfReader, header: ElfHeader, dynamic: Dynamic): Promise<number> {
  const { word } = header.form;
  if (dynamic.hash !== null) {
    const offset = fileOffset(header, dynamic.hash);
    return word(await reader.bytes('The hash table', { offset, length: 8, most: 8 }), 4);
  }
  if (dynamic.gnuHash === null) return 0;
  const offset = fileOffset(header, dynamic.gnuHash);
  const start = await reader.bytes('The hash table', { offset, length: 16, most: 16 });
  const [buckets, first, filters] = [word(start, 0), word(start, 4), word(start, 8)];
  if (buckets > mostBuckets) throw new BrokenElf(`The hash table has ${buckets} buckets.`);
  const bucketsAt = offset + 16 + filters * (header.form.isWide ? 8 : 4);
  const part = { offset: bucketsAt, length: buckets * 4, most: mostBuckets * 4 };
  const bytes = await reader.bytes('The buckets of the hash table', part);
  let last = 0;
  for (let at = 0; at < bytes.length; at += 4) last = Math.max(last, word(bytes, at));
  if (last < first) return first;
  return endOfChain(reader, { word, at: bucketsAt + buckets * 4 + (last - first) * 4, last });
}

/** The last symbol of the last chain is marked by its lowest bit. */
async function endOfChain(
  reader: ElfReader,
  { word, at, last }: { readonly word: ElfHeader['form']['word']; readonly at: number; readonly last: number },
): Promise<number> {
  const length = Math.min(65_536, Math.floor((reader.size - at) / 4) * 4);
  const chain = await reader.bytes('The chains of the hash table', { offset: at, length, most: 65_536 });
  for (let step = 0; step * 4 < chain.length; step += 1) {
    if (word(chain, step * 4) & 1) return last + step + 1;
  }
  throw new BrokenElf('The last chain of the hash table has no end.');
}
