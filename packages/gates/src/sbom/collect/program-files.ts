import { isElf, type WalkedFile } from '@fettle/images';
import type { SoftwareComponent } from '../component.ts';
import { fileNumber, type InventoryDraft } from '../inventory/draft.ts';
import { readElf } from '../programs/elf-file.ts';
import { readProgramNotes } from '../programs/elf-notes.ts';
import { readGoBuildInfo } from '../programs/go-build-info.ts';
import { type KernelModule, readKernelModule } from '../programs/kernel-module.ts';
import { readRustCrates } from '../programs/rust-audit.ts';
import { kernelComponent, moduleComponent } from './kernel-components.ts';
import { goComponents, noteComponent, rustComponents } from './program-components.ts';
import { searchStrings } from './program-strings.ts';

const executableBits = 0o111;
const firmwareName = /\.(bin|img|fw|rom|itb|efi|elf|hex|app|axf|out)$|^(vmlinu|[bz]?Image|u-boot|uImage)/;

/** Formats whose layer is presented as one file of its own bytes. */
const ownBytesFormats: ReadonlySet<string> = new Set([
  'raw',
  'elf',
  'esp32',
  'mcuboot',
  'uimage',
  'uf2',
  'intel-hex',
  's-record',
]);

const wrappers: ReadonlySet<string> = new Set(['gzip', 'xz', 'lzma', 'zstd', 'lz4', 'bzip2', 'lzop']);
/** Of FITs, legacy and Android images, or found at an offset, as the packed part of a kernel is. */
const bootPart = /^(?:|images\/[^/]+|data(?:-\d+)?|kernel|body|0x[0-9a-f]+)$|@0x[0-9a-f]+$/;

/** Takes in one file that the device can run or boot: what linkers, builds and texts in it tell. */
export async function collectProgram(draft: InventoryDraft, file: WalkedFile): Promise<void> {
  if (file.content.size < 64) return;
  const start = file.bytes ?? (await file.content.read(0, 64));
  const isLayer = file.path === '';
  const isProgram = isElf(start);
  const isRunnable = isProgram || (file.mode !== null && (file.mode & executableBits) !== 0);
  if (!isProgram && !isLayer && !isRunnable && !isFirmware(file, start)) return;
  const found: ElfFinds = isProgram ? await elfComponents(file) : { components: [] };
  const isScript = start[0] === 0x23 && start[1] === 0x21;
  const isSearched = !found.module?.isOfKernel && !isScript && hasTexts(file, isProgram);
  const strings = isSearched ? await searchStrings(file) : [];
  const number = fileNumber(file);
  for (const component of [...found.components, ...strings]) {
    const method = component.evidence[0]?.method ?? 'string';
    const givesWayToPackage = method === 'string' || method === 'note';
    draft.addFind({ component, method, file: number, givesWayToPackage, isSameByName: method === 'string' });
  }
  if (found.module) addModule(draft, file, found.module);
  if (isLayer || !isRunnable) return;
  draft.addExecutable({
    file: number,
    place: file.place,
    sizeBytes: file.content.size,
    sha256: file.sha256,
    buildId: found.buildId,
    isNamed: found.components.length + strings.length > 0 || found.module !== undefined || !isProgram,
  });
}

/** The parts of a container come by themselves; only bytes of no file system are searched here. */
function hasTexts(file: WalkedFile, isProgram: boolean): boolean {
  return file.path === '' ? ownBytesFormats.has(file.layer.format) : isProgram || !file.isContainer;
}

/** A kernel's own module is part of the kernel, which is told once for all of them; another one is a thing of its own. */
function addModule(draft: InventoryDraft, file: WalkedFile, module: KernelModule): void {
  const { kernelRelease, isOfKernel, name } = module;
  const { place } = file;
  const about = { file: fileNumber(file), givesWayToPackage: true };
  if (draft.isFirstModule(`${file.layer.id} ${kernelRelease}`)) {
    const component = kernelComponent(kernelRelease, { method: 'string', place, confidence: 0.7 });
    draft.addFind({ ...about, component, method: 'string', isSameByName: true });
  }
  if (isOfKernel || name === '') return;
  draft.addFind({ ...about, component: moduleComponent(module, place), method: 'note', isSameByName: false });
}

function isFirmware({ path, layer }: WalkedFile, start: Uint8Array): boolean {
  const isPortable = start[0] === 0x4d && start[1] === 0x5a;
  return isPortable || hasFirmwareName(path) || (wrappers.has(layer.format) && isOfFirmware(layer.place));
}

function hasFirmwareName(path: string): boolean {
  return firmwareName.test(path.slice(path.lastIndexOf('/') + 1));
}

/** Whether what was packed is an artifact as a whole, a part of an image for a boot loader, or has firmware's name. */
function isOfFirmware(place: string): boolean {
  const packed = place.slice(place.lastIndexOf('!', place.length - 2) + 1).replace(/!$/, '');
  return bootPart.test(packed) || hasFirmwareName(packed.replace(/\.[a-z0-9]{2,4}$/, ''));
}

interface ElfFinds {
  readonly components: readonly SoftwareComponent[];
  readonly buildId?: string | undefined;
  readonly module?: KernelModule | undefined;
}

async function elfComponents(file: WalkedFile): Promise<ElfFinds> {
  const elf = await readElf(file.content);
  if (!elf) return { components: [] };
  const notes = await readProgramNotes(file.content, elf);
  const go = await readGoBuildInfo(file.content, elf);
  const crates = await readRustCrates(file.content, elf);
  return {
    buildId: notes.buildId,
    module: await readKernelModule(file.content, elf),
    components: [
      ...(notes.package ? [noteComponent(notes.package, file.place)] : []),
      ...(go ? goComponents(go, file.place) : []),
      ...(crates ? rustComponents(crates, file.place) : []),
    ],
  };
}
