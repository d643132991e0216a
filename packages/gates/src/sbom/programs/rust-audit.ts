import { inflateSync } from 'node:zlib';
import type { Source } from '@fettle/images';
import { plainText } from '../sbom-limits.ts';
import type { ElfFile } from './elf-file.ts';

/** A crate that was linked into a Rust program. */
export interface RustCrate {
  readonly name: string;
  readonly version: string;
  readonly isFromRegistry: boolean;
  readonly isRoot: boolean;
  /** Places in the same list. */
  readonly dependencies: readonly number[];
}

const maxPackedBytes = 4_194_304;
const maxTextBytes = 16_777_216;
const maxCrates = 10_000;

/**
 * Reads the list of crates that `cargo auditable` links into a program. Undefined where there is none or it is broken.
 * @source cargo-auditable, "Linker section content": section `.dep-v0`, zlib, JSON
 */
export async function readRustCrates(source: Source, elf: ElfFile): Promise<RustCrate[] | undefined> {
  const section = elf.sections.find(({ name }) => name === '.dep-v0' || name === 'rust-deps-v0');
  if (!section || section.size > maxPackedBytes) return undefined;
  try {
    const packed = await source.read(section.offset, section.size);
    const json: unknown = JSON.parse(inflateSync(packed, { maxOutputLength: maxTextBytes }).toString('utf8'));
    return readCrates(json);
  } catch {
    return undefined;
  }
}

function readCrates(json: unknown): RustCrate[] | undefined {
  const listed = isRecord(json) && Array.isArray(json.packages) ? json.packages : undefined;
  if (!listed || listed.length > maxCrates) return undefined;
  const crates: RustCrate[] = [];
  for (const entry of listed) {
    if (!isRecord(entry) || typeof entry.name !== 'string' || typeof entry.version !== 'string') return undefined;
    const dependencies = Array.isArray(entry.dependencies) ? entry.dependencies : [];
    crates.push({
      name: plainText(entry.name),
      version: plainText(entry.version),
      isFromRegistry: entry.source === 'crates.io' || entry.source === 'registry',
      isRoot: entry.root === true,
      dependencies: dependencies.filter((at) => Number.isInteger(at)).slice(0, 1_000),
    });
    // Helpers of the build are in the list, but not in the program.
    if (entry.kind === 'build') crates[crates.length - 1] = { ...emptied };
  }
  return crates;
}

// Keeps the places in the list as they are.
const emptied: RustCrate = { name: '', version: '', isFromRegistry: false, isRoot: false, dependencies: [] };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
