import type { ElfSegment, Source } from '@fettle/images';
import { plainText } from '../sbom-limits.ts';
import { type ElfFile, type ElfSection, segmentType, writable } from './elf-file.ts';

/** A module that was linked into a Go program. */
export interface GoModule {
  readonly path: string;
  /** Empty for a module that was built from a working folder. */
  readonly version: string;
}

/** What the Go linker wrote about a program. */
export interface GoBuildInfo {
  /** `1.24.4`, without `go`. */
  readonly goVersion: string;
  readonly main: GoModule | undefined;
  readonly modules: readonly GoModule[];
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
const headerBytes = 32;
const inlineFlag = 2;
const bigFlag = 1;
const maxTextBytes = 4_194_304;
const maxModules = 10_000;
const sentinelBytes = 16;

/**
 * Reads the build information of a Go program, in the layout with pointers (before Go 1.18) and in the one with the
 * texts in place. Undefined where there is none.
 * @source Go, debug/buildinfo
 */
export async function readGoBuildInfo(source: Source, elf: ElfFile): Promise<GoBuildInfo | undefined> {
  const start = await findStart(source, elf);
  if (start === undefined) return undefined;
  const header = Buffer.from(await source.read(start, headerBytes));
  const flags = header.readUInt8(15);
  const [version, modules] =
    (flags & inlineFlag) === 0
      ? await textsByPointer(source, elf, header)
      : await textsInPlace(source, start + headerBytes);
  if (!version.startsWith('go')) return undefined;
  // "go1.24.4 X:nocoverageredesign" and "devel go1.25-abc": the first word that starts with go.
  const goVersion = plainText(version.slice(2).split(' ', 1)[0] ?? '', 64);
  return { goVersion, ...parseModules(withoutSentinels(modules)) };
}

async function findStart(source: Source, elf: ElfFile): Promise<number | undefined> {
  const section = elf.sections.find(({ name }) => name === '.go.buildinfo');
  const data = elf.segments.filter(({ type, flags }) => type === segmentType.load && (flags & writable) !== 0);
  const areas: readonly (ElfSection | ElfSegment)[] = section ? [section] : elf.sections.length === 0 ? data : [];
  for (const { offset, size } of areas) {
    const bytes = Buffer.from(await source.read(offset, Math.min(size, 65_536)));
    const found = bytes.indexOf(magic);
    if (found !== -1 && offset + found + headerBytes <= source.size) return offset + found;
  }
  return undefined;
}

async function textsInPlace(source: Source, at: number): Promise<[string, Buffer]> {
  const [version, end] = await lengthAndBytes(source, at);
  const [modules] = await lengthAndBytes(source, end);
  return [version.toString('utf8'), modules];
}

async function lengthAndBytes(source: Source, at: number): Promise<[Buffer, number]> {
  const head = Buffer.from(await source.read(at, Math.max(0, Math.min(10, source.size - at))));
  let [length, scale, used] = [0, 1, 0];
  for (; used < head.length; used++) {
    const byte = head.readUInt8(used);
    length += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) break;
  }
  const start = at + used + 1;
  if (length > maxTextBytes || start + length > source.size) return [Buffer.alloc(0), at];
  return [Buffer.from(await source.read(start, length)), start + length];
}

async function textsByPointer(source: Source, elf: ElfFile, header: Buffer): Promise<[string, Buffer]> {
  const pointerBytes = header.readUInt8(14);
  const isBig = (header.readUInt8(15) & bigFlag) !== 0;
  if (pointerBytes !== 4 && pointerBytes !== 8) return ['', Buffer.alloc(0)];
  const pointer = (bytes: Buffer, at: number): number => {
    if (pointerBytes === 4) return isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
    return Number(isBig ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at));
  };
  const read = async (address: number, length: number): Promise<Buffer> => {
    const at = offsetOf(elf, address, length);
    return at === undefined || length > maxTextBytes ? Buffer.alloc(0) : Buffer.from(await source.read(at, length));
  };
  const text = async (address: number): Promise<Buffer> => {
    const slot = await read(address, 2 * pointerBytes);
    return slot.length === 0 ? slot : read(pointer(slot, 0), pointer(slot, pointerBytes));
  };
  const version = await text(pointer(header, 16));
  return [version.toString('utf8'), await text(pointer(header, 16 + pointerBytes))];
}

function offsetOf(elf: ElfFile, address: number, length: number): number | undefined {
  const segment = elf.segments.find(
    (part) => part.type === segmentType.load && address >= part.address && address + length <= part.address + part.size,
  );
  return segment && segment.offset + (address - segment.address);
}

/** Sixteen bytes at either end mark the text for tools that look for it by content. */
function withoutSentinels(bytes: Buffer): string {
  const inner = bytes.length >= 2 * sentinelBytes + 1 && bytes[bytes.length - sentinelBytes - 1] === 0x0a;
  return inner ? bytes.toString('utf8', sentinelBytes, bytes.length - sentinelBytes) : '';
}

function parseModules(text: string): { main: GoModule | undefined; modules: GoModule[] } {
  let main: GoModule | undefined;
  const modules: GoModule[] = [];
  for (const line of text.split('\n')) {
    const [kind, path, version] = line.split('\t').map((word) => plainText(word));
    if (!path || modules.length >= maxModules) continue;
    const module = { path, version: version === undefined || version === '(devel)' ? '' : version };
    if (kind === 'mod') main = module;
    if (kind === 'dep') modules.push(module);
    // What a `replace` put in the place of the module before; a folder has no name that others know, the module keeps its own.
    const isFolder = path.startsWith('.') || path.startsWith('/');
    if (kind === '=>' && modules.length > 0 && !isFolder) modules.splice(-1, 1, module);
  }
  return { main, modules };
}
