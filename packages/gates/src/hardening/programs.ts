import { bytesSource, isElf, type WalkedFile } from '@fettle/images';
import type { Severity } from '@fettle/model';
import type { FindingList } from '../core/finding-list.ts';
import { type ElfHardening, readElf } from './elf/read-elf.ts';
import { insecureRunPaths } from './run-paths.ts';
import { type Facts, NameSet, nameOf, share, type Watcher } from './watcher.ts';

const setIdBits = 0o6000;
const executeBits = 0o111;
const fileTypes = { program: 'program', library: 'library', object: 'object', freestanding: 'freestanding program' };

/** Looks at programs and libraries. Keeps counts and the names of the weak. */
export class ProgramWatcher implements Watcher {
  readonly #findings: FindingList;
  readonly #count = { program: 0, library: 0, object: 0, freestanding: 0 };
  readonly #good = { pie: 0, relro: 0, fullRelro: 0, canary: 0, fortified: 0, fortifiable: 0 };
  readonly #architectures = new NameSet();
  readonly #executableStacks = new NameSet();
  readonly #insecureRunPaths = new NameSet();
  #debug = 0;
  #unreadable = 0;

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  async file(file: WalkedFile): Promise<void> {
    if (file.isContainer || file.sizeBytes < 20) return;
    const start = file.bytes ?? (await file.content.read(0, 4));
    if (!isElf(start)) return;
    const reading = await readElf(file.bytes ? bytesSource(file.bytes) : file.content);
    if (reading.ok) this.#judge(file, reading.elf);
    else this.#tellUnreadable(file, reading.why);
  }

  /** Programs that are run and could not be read: then their protection is not known. */
  get unreadable(): number {
    return this.#unreadable;
  }

  end(): Facts {
    const { program, library, object, freestanding } = this.#count;
    const all = program + library;
    return {
      programs: program,
      libraries: library,
      objects: object,
      freestandingPrograms: freestanding,
      unreadablePrograms: this.#unreadable,
      architectures: this.#architectures.list(),
      pieShare: share(this.#good.pie, program),
      relroShare: share(this.#good.relro, all),
      fullRelroShare: share(this.#good.fullRelro, all),
      canaryShare: share(this.#good.canary, all),
      fortifyShare: share(this.#good.fortified, this.#good.fortifiable),
      executableStacks: this.#executableStacks.list(),
      insecureRunPaths: this.#insecureRunPaths.list(),
      filesWithDebugInfo: this.#debug,
    };
  }

  #tellUnreadable(file: WalkedFile, why: string): void {
    if (((file.mode ?? 0) & executeBits) !== 0) this.#unreadable += 1;
    const message = `Expected an ELF file whose protection can be read. ${why}`;
    this.#tell(file, { rule: 'elf-unreadable', severity: 'low', message });
  }

  #judge(file: WalkedFile, elf: ElfHardening): void {
    this.#count[elf.role] += 1;
    this.#architectures.add(elf.architecture);
    if (elf.hasDebugInfo) {
      this.#debug += 1;
      const message = 'It has debug information, which makes it larger and easier to take apart. Strip it.';
      this.#tell(file, { rule: 'debug-info', severity: elf.role === 'freestanding' ? 'info' : 'low', message });
    }
    if (elf.role === 'object' || elf.role === 'freestanding') return;
    this.#judgeMemory(file, elf);
    this.#judgeCode(file, elf);
    this.#judgeRunPaths(file, elf);
  }

  #judgeMemory(file: WalkedFile, elf: ElfHardening): void {
    if (!elf.nx) {
      this.#executableStacks.add(nameOf(file));
      // Compilers for MIPS made every stack executable until 2020.
      const severity = elf.architecture === 'mips' ? 'low' : 'high';
      const message = `The stack of this ${fileTypes[elf.role]} is executable: an overflow runs what it wrote.`;
      this.#tell(file, { rule: 'executable-stack', severity, message });
    }
    if (elf.relro !== 'no') this.#good.relro += 1;
    if (elf.relro === 'full') this.#good.fullRelro += 1;
    if (elf.relro === 'no') {
      const message = 'Its table of functions stays writable (no RELRO). Link it with -z relro -z now.';
      this.#tell(file, { rule: 'no-relro', severity: graver(file), message });
    }
    if (elf.role !== 'program') return;
    if (elf.pie === 'yes') this.#good.pie += 1;
    else {
      const message = 'It always runs at the same addresses (no PIE). Compile with -fPIE and link with -pie.';
      this.#tell(file, { rule: 'no-pie', severity: graver(file), message });
    }
  }

  #judgeCode(file: WalkedFile, { canary, fortify }: ElfHardening): void {
    if (canary) this.#good.canary += 1;
    if (fortify.fortifiable === 0) return;
    this.#good.fortifiable += 1;
    if (fortify.isFortified) this.#good.fortified += 1;
    if (!canary) {
      const message = 'No function in it guards its stack. Compile with -fstack-protector-strong.';
      this.#tell(file, { rule: 'no-stack-canary', severity: 'info', message });
    }
    if (!fortify.isFortified) {
      const message = `None of ${fortify.fortifiable} functions is the checked one. Compile with -O2 -D_FORTIFY_SOURCE=2.`;
      this.#tell(file, { rule: 'not-fortified', severity: 'info', message });
    }
  }

  #judgeRunPaths(file: WalkedFile, { rpath, runpath }: ElfHardening): void {
    for (const path of insecureRunPaths([...rpath, ...runpath])) {
      this.#insecureRunPaths.add(`${nameOf(file)} ${path}`.slice(0, 400));
      const message = `It looks for libraries in "${path}", where others than root can put one.`;
      this.#tell(file, { rule: 'insecure-run-path', severity: 'high', message, about: [path] });
    }
  }

  #tell(
    file: WalkedFile,
    what: { readonly rule: string; readonly severity: Severity; readonly message: string; readonly about?: string[] },
  ): void {
    const { about = [], ...finding } = what;
    this.#findings.add({ ...finding, place: file.place, about: [nameOf(file), ...about] });
  }
}

/** What runs with more rights than its caller has to be better protected. */
function graver({ mode }: WalkedFile): Severity {
  return ((mode ?? 0) & setIdBits) === 0 ? 'low' : 'high';
}
