import type { WalkedFile } from '@fettle/images';
import type { SoftwareComponent } from '../component.ts';
import { fileNumber, type InventoryDraft } from '../inventory/draft.ts';
import { isElf, readElf } from '../programs/elf-file.ts';
import { readProgramNotes } from '../programs/elf-notes.ts';
import { readGoBuildInfo } from '../programs/go-build-info.ts';
import { readRustCrates } from '../programs/rust-audit.ts';
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

/** Takes in one file that the device can run or boot: what linkers, builds and texts in it tell. */
export async function collectProgram(draft: InventoryDraft, file: WalkedFile): Promise<void> {
  if (file.content.size < 64) return;
  const start = file.bytes ?? (await file.content.read(0, 64));
  const isLayer = file.path === '';
  const isProgram = isElf(start);
  const isRunnable = isProgram || (file.mode !== null && (file.mode & executableBits) !== 0);
  if (!isProgram && !isLayer && !isRunnable && !isFirmware(file.path, start)) return;
  const found = isProgram ? await elfComponents(file) : { components: [] };
  // The parts of a container come by themselves; only bytes of no file system are searched here.
  const isSearched = isLayer ? ownBytesFormats.has(file.layer.format) : isProgram || !file.isContainer;
  const isScript = start[0] === 0x23 && start[1] === 0x21;
  const strings = isSearched && !isScript ? await searchStrings(file) : [];
  const number = fileNumber(file);
  for (const component of [...found.components, ...strings]) {
    const method = component.evidence[0]?.method ?? 'string';
    const givesWayToPackage = method === 'string' || method === 'note';
    draft.addFind({ component, method, file: number, givesWayToPackage, isSameByName: method === 'string' });
  }
  if (isLayer || !isRunnable) return;
  draft.addExecutable({
    file: number,
    place: file.place,
    sizeBytes: file.content.size,
    sha256: file.sha256,
    buildId: found.buildId,
    isNamed: found.components.length + strings.length > 0 || !isProgram,
  });
}

function isFirmware(path: string, start: Uint8Array): boolean {
  const isPortable = start[0] === 0x4d && start[1] === 0x5a;
  return isPortable || firmwareName.test(path.slice(path.lastIndexOf('/') + 1));
}

interface ElfFinds {
  readonly components: readonly SoftwareComponent[];
  readonly buildId?: string | undefined;
}

async function elfComponents(file: WalkedFile): Promise<ElfFinds> {
  const elf = await readElf(file.content);
  if (!elf) return { components: [] };
  const notes = await readProgramNotes(file.content, elf);
  const go = await readGoBuildInfo(file.content, elf);
  const crates = await readRustCrates(file.content, elf);
  return {
    buildId: notes.buildId,
    components: [
      ...(notes.package ? [noteComponent(notes.package, file.place)] : []),
      ...(go ? goComponents(go, file.place) : []),
      ...(crates ? rustComponents(crates, file.place) : []),
    ],
  };
}
