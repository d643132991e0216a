import type { Disk, DiskFile } from '../src/disk.ts';
import { folderOf } from '../src/disk.ts';
import type { Random } from './seeded.ts';

const sectorBytes = 512;

/** A file's bytes: what a reader sees, and what is safe. */
interface Inode {
  cache: Buffer;
  durable: Buffer;
  pending: { offset: number; bytes: Buffer }[];
}

interface NameChange {
  readonly folder: string;
  readonly apply: (names: Map<string, Inode>) => void;
}

export interface Cut {
  /** Number of the changing operation, 1-based. */
  readonly operation: number;
  readonly when: 'before' | 'during' | 'after';
}

/** One changing operation, for enumerating where the power can go. */
export interface Operation {
  readonly what: 'write' | 'sync' | 'create' | 'rename' | 'remove' | 'sync-folder';
  readonly path: string;
}

const never = new Promise<never>(() => undefined);

/**
 * Storage in memory with a volatile cache: until they are synced, writes may be lost, torn at sectors or kept in any
 * combination when the power goes, and new names may be lost. It can cut the power at an operation, be full and fail.
 */
export class FaultyDisk {
  readonly operations: Operation[] = [];
  /** Cuts the power here; the world then calls `crash`. */
  cut: Cut | undefined;
  onCut: () => void = () => undefined;
  /** @returns an error code to fail with, e.g. `ENOSPC` */
  fail: (operation: Operation, count: number) => string | undefined = () => undefined;
  /** All files together cannot grow beyond this. */
  capacityBytes = Number.POSITIVE_INFINITY;
  /** What the file system says is free, whatever is true. */
  freeBytes: number | undefined;
  readonly #random: Random;
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #nameChanges: NameChange[] = [];
  #power = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Bytes as anybody sees them now; for boot loaders and judges. */
  peek(path: string): Buffer | undefined {
    return this.#names.get(path)?.cache;
  }

  /** Puts bytes there at once and for good: the factory, a boot loader, somebody's hand. */
  poke(path: string, bytes: Uint8Array, offset?: number): void {
    const inode = this.#names.get(path) ?? { cache: Buffer.alloc(0), durable: Buffer.alloc(0), pending: [] };
    const content = offset === undefined ? Buffer.from(bytes) : overlay(inode.cache, offset, Buffer.from(bytes));
    inode.cache = content;
    inode.durable = Buffer.from(content);
    inode.pending = [];
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  erase(path: string): void {
    this.#names.delete(path);
    this.#durableNames.delete(path);
  }

  /** Everything becomes safe, as at an orderly shutdown. */
  flush(): void {
    for (const inode of this.#names.values()) syncInode(inode);
    for (const change of this.#nameChanges) change.apply(this.#durableNames);
    this.#nameChanges = [];
  }

  /** The power is gone: what was not synced survives by chance, in pieces. Everybody who held the disk hangs. */
  crash(): void {
    this.#power++;
    const inodes = new Set([...this.#names.values(), ...this.#durableNames.values()]);
    for (const inode of inodes) this.#crashInode(inode);
    const survivors = Math.floor(this.#random() * (this.#nameChanges.length + 1));
    for (const change of this.#nameChanges.slice(0, survivors)) change.apply(this.#durableNames);
    this.#nameChanges = [];
    this.#names = new Map(this.#durableNames);
  }

  /** The disk as one power-up sees it. */
  mount(): Disk {
    const power = this.#power;
    const alive = async () => {
      if (power !== this.#power) await never;
    };
    return {
      stat: async (path) => {
        await alive();
        const inode = this.#names.get(path);
        if (!inode) return undefined;
        return { kind: 'file', sizeBytes: inode.cache.length, allocatedBytes: inode.cache.length };
      },
      freeBytes: async () => {
        await alive();
        return this.freeBytes ?? Math.min(2 ** 40, Math.max(0, this.capacityBytes - this.#used()));
      },
      open: async (path, mode) => {
        await alive();
        if (mode === 'create') await this.#change({ what: 'create', path }, power, () => this.#create(path));
        const inode = this.#names.get(path);
        if (!inode) throw ioError('ENOENT', path);
        return this.#file(path, inode, power);
      },
      rename: (from, to) =>
        this.#change({ what: 'rename', path: to }, power, () =>
          this.#rename(folderOf(to), (names) => {
            const inode = names.get(from);
            if (!inode) return;
            names.delete(from);
            names.set(to, inode);
          }),
        ),
      remove: (path) =>
        this.#change({ what: 'remove', path }, power, () =>
          this.#rename(folderOf(path), (names) => void names.delete(path)),
        ),
      makeFolder: alive,
      syncFolder: (path) =>
        this.#change({ what: 'sync-folder', path }, power, () => {
          for (const change of this.#nameChanges) if (change.folder === path) change.apply(this.#durableNames);
          this.#nameChanges = this.#nameChanges.filter((change) => change.folder !== path);
        }),
    };
  }

  #file(path: string, inode: Inode, power: number): DiskFile {
    return {
      read: async (into, offset) => {
        if (power !== this.#power) await never;
        const part = inode.cache.subarray(offset, offset + into.length);
        part.copy(into);
        return part.length;
      },
      write: (bytes, offset) => {
        const copy = Buffer.from(bytes);
        const write = (part: Buffer) => {
          const grown = offset + part.length - inode.cache.length;
          if (grown > 0 && this.#used() + grown > this.capacityBytes) throw ioError('ENOSPC', path);
          inode.cache = overlay(inode.cache, offset, part);
          inode.pending.push({ offset, bytes: part });
        };
        const half = () => write(copy.subarray(0, Math.floor(this.#random() * copy.length)));
        return this.#change({ what: 'write', path }, power, () => write(copy), half);
      },
      sync: () => this.#change({ what: 'sync', path }, power, () => syncInode(inode)),
      close: async () => {
        if (power !== this.#power) await never;
      },
    };
  }

  async #change(operation: Operation, power: number, apply: () => void, half?: () => void): Promise<void> {
    // Every change gives way once, so that several tasks interleave as they would on a machine.
    await Promise.resolve();
    if (power !== this.#power) await never;
    this.operations.push(operation);
    const count = this.operations.length;
    const cut = this.cut?.operation === count ? this.cut.when : undefined;
    if (cut === 'before') return this.#cutPower();
    const code = this.fail(operation, count);
    if (code !== undefined) throw ioError(code, operation.path);
    if (cut === 'during') {
      half?.();
      return this.#cutPower();
    }
    apply();
    if (cut === 'after') return this.#cutPower();
  }

  #cutPower(): Promise<never> {
    this.onCut();
    return never;
  }

  #create(path: string): void {
    const inode: Inode = { cache: Buffer.alloc(0), durable: Buffer.alloc(0), pending: [] };
    this.#rename(folderOf(path), (names) => void names.set(path, inode));
  }

  #rename(folder: string, apply: (names: Map<string, Inode>) => void): void {
    apply(this.#names);
    this.#nameChanges.push({ folder, apply });
  }

  #used(): number {
    let bytes = 0;
    for (const inode of this.#names.values()) bytes += inode.cache.length;
    return bytes;
  }

  #crashInode(inode: Inode): void {
    if (inode.pending.length === 0) return;
    for (const { offset, bytes } of inode.pending) {
      const fate = this.#random();
      if (fate < 0.3) continue;
      if (fate < 0.6) {
        inode.durable = overlay(inode.durable, offset, bytes);
        continue;
      }
      // Torn: each sector of the write made it or did not.
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(bytes.length, at + sectorBytes - ((offset + at) % sectorBytes));
        if (this.#random() < 0.5) inode.durable = overlay(inode.durable, offset + at, bytes.subarray(at, end));
        at = end;
      }
    }
    inode.pending = [];
    inode.cache = Buffer.from(inode.durable);
  }
}

function syncInode(inode: Inode): void {
  for (const { offset, bytes } of inode.pending) inode.durable = overlay(inode.durable, offset, bytes);
  inode.pending = [];
}

function overlay(base: Buffer, offset: number, bytes: Uint8Array): Buffer {
  const end = offset + bytes.length;
  const content = end > base.length ? Buffer.concat([base, Buffer.alloc(end - base.length)]) : base;
  content.set(bytes, offset);
  return content;
}

function ioError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
