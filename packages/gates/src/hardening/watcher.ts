import type { WalkedEntry, WalkedFile } from '@fettle/images';
import type { FactValue } from '../core/gate.ts';
import { hardeningLimits } from './settings.ts';

export type Facts = Readonly<Record<string, FactValue>>;

/** Looks at one side of an image; gives its findings to a list and its facts at the end. */
export interface Watcher {
  entry?(entry: WalkedEntry): void;
  file?(file: WalkedFile): void | Promise<void>;
  end(): Facts;
}

/** Whether a file has a place in a root file system, wherever that begins: `etc/passwd`, `rootfs/etc/passwd`. */
export function isAt(path: string, tail: string): boolean {
  if (path !== tail && !path.endsWith(`/${tail}`)) return false;
  // Templates and examples are nobody's settings.
  return !/(?:^|\/)usr\/share\//.test(path);
}

/** What is before that tail: the same for files of one root. */
export function rootOf({ layer, path }: WalkedEntry, tail: string): string {
  return `${layer.id}:${path.slice(0, path.length - tail.length)}`;
}

/** The lines of a text file, trimmed, without those that are empty; none of a file that is too long to be one. */
export function linesOf({ bytes }: WalkedFile): string[] {
  if (!bytes || bytes.length > hardeningLimits.textBytes) return [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const lines = text.split('\n').slice(0, hardeningLimits.lines);
  return lines.map((line) => line.slice(0, hardeningLimits.lineCharacters).trim()).filter((line) => line !== '');
}

/** Names for a fact that is a list: nothing twice, cut off at the bound. */
export class NameSet {
  readonly #names = new Set<string>();

  add(name: string): void {
    if (this.#names.size < hardeningLimits.listed) this.#names.add(name.slice(0, hardeningLimits.nameCharacters));
  }

  list(): readonly string[] {
    return [...this.#names].sort();
  }
}

/** Four digits are enough for a share. */
export function share(part: number, all: number): number {
  return all === 0 ? 1 : Math.round((part / all) * 10_000) / 10_000;
}

/** What a file is called: its path, or for the bytes of a layer themselves where that lies. */
export function nameOf({ path, layer }: WalkedEntry): string {
  if (path !== '') return path;
  return layer.place.replace(/!$/, '').split('!').at(-1) ?? '';
}
