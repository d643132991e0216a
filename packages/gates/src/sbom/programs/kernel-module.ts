import type { Source } from '@fettle/images';
import { plainText } from '../sbom-limits.ts';
import type { ElfFile } from './elf-file.ts';

/** What a module of Linux says of itself. */
export interface KernelModule {
  readonly name: string;
  /** Of the module; empty when it states none. */
  readonly version: string;
  readonly licence: string;
  /** The kernel that it is for, as `uname -r` tells it. */
  readonly kernelRelease: string;
  /** Whether it was built from the kernel's own source. */
  readonly isOfKernel: boolean;
}

const sectionName = '.modinfo';
const mostBytes = 262_144;

/**
 * Reads the texts that the build of a module leaves in it. Undefined when the file is no module that can be loaded.
 * @source Linux, include/linux/module.h (MODULE_INFO), scripts/mod/modpost.c (vermagic, intree)
 */
export async function readKernelModule(source: Source, { sections }: ElfFile): Promise<KernelModule | undefined> {
  const section = sections.find(({ name }) => name === sectionName);
  if (!section) return undefined;
  const bytes = await source.read(section.offset, Math.min(section.size, mostBytes));
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const told = (key: string) => {
    const at = `\0${text}`.indexOf(`\0${key}=`);
    return at === -1 ? '' : plainText(text.slice(at + key.length + 1).split('\0', 1)[0] ?? '', 128);
  };
  const kernelRelease = told('vermagic').split(' ', 1)[0] ?? '';
  if (!/^\d+\.\d/.test(kernelRelease)) return undefined;
  return {
    name: told('name'),
    version: told('version'),
    licence: told('license'),
    kernelRelease,
    isOfKernel: told('intree') === 'Y',
  };
}
