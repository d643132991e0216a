import type { WalkedEntry } from '@fettle/images';
import { sbomLimits } from '../sbom-limits.ts';
import type { Find } from './find.ts';
import { pathNumber } from './path-number.ts';
import { Roots } from './roots.ts';

/** A file that the device can run. */
export interface Executable {
  /** Of its path. */
  readonly file: number;
  readonly place: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly buildId?: string | undefined;
  /** Whether something in it told what it is. */
  readonly isNamed: boolean;
}

/** What could not be taken in. */
export interface DraftProblem {
  readonly rule: 'database-unsupported' | 'database-damaged' | 'inventory-too-large';
  readonly place: string;
  readonly message: string;
}

/** What a walk has shown so far: names and numbers, no contents. */
export class InventoryDraft {
  readonly roots = new Roots();
  readonly finds: Find[] = [];
  readonly executables: Executable[] = [];
  readonly problems: DraftProblem[] = [];
  readonly #listed = new Set<number>();
  readonly #kernels = new Set<string>();

  addFind(find: Find): void {
    if (this.finds.length < sbomLimits.components) this.finds.push(find);
    else this.#noteOverflow(`Expected at most ${sbomLimits.components} finds beside package databases.`);
  }

  addExecutable(executable: Executable): void {
    if (this.executables.length < sbomLimits.executables) this.executables.push(executable);
    else this.#noteOverflow(`Expected at most ${sbomLimits.executables} executable files.`);
  }

  /** Notes paths that a package of a root installed. */
  addListed(layer: number, prefix: string, paths: Iterable<string>): void {
    for (const path of paths) {
      if (this.#listed.size >= sbomLimits.listedPaths) return;
      let start = path.startsWith('./') ? 2 : 0;
      while (path.charAt(start) === '/') start++;
      this.#listed.add(pathNumber(layer, prefix + path.slice(start)));
    }
  }

  isListed(file: number): boolean {
    return this.#listed.has(file);
  }

  /** Whether no module of that kernel was met before. */
  isFirstModule(kernel: string): boolean {
    if (this.#kernels.has(kernel) || this.#kernels.size >= sbomLimits.kernels) return false;
    this.#kernels.add(kernel);
    return true;
  }

  addProblem(problem: DraftProblem): void {
    if (this.problems.length < 200) this.problems.push(problem);
  }

  #noteOverflow(message: string): void {
    if (this.problems.some(({ rule }) => rule === 'inventory-too-large')) return;
    this.problems.push({ rule: 'inventory-too-large', place: '', message });
  }
}

/** The number of an entry's own path. */
export function fileNumber(entry: WalkedEntry): number {
  return pathNumber(entry.layer.id, entry.path);
}
