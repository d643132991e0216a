import type { Unpack } from '../compression/block-unpackers.ts';
import type { PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';
import type { FileInode } from './inode.ts';
import type { Metadata } from './metadata.ts';
import type { Superblock } from './superblock.ts';

const storedBit = 0x1000000;
const fragmentEntryBytes = 16;
const entriesInBlock = 512;
const keptFragments = 8;

/** Gives the content of files: their own blocks, then what lies in a fragment that they share. */
export class FileData {
  readonly #reader: PartReader;
  readonly #superblock: Superblock;
  readonly #metadata: Metadata;
  readonly #unpack: Unpack;
  readonly #fragments = new Map<number, Buffer>();
  #zeros: Buffer | undefined;

  constructor(reader: PartReader, superblock: Superblock, metadata: Metadata) {
    this.#reader = reader;
    this.#superblock = superblock;
    this.#metadata = metadata;
    this.#unpack = superblock.unpack;
  }

  async *chunks(inode: FileInode): AsyncGenerator<Uint8Array> {
    const { blockBytes } = this.#superblock;
    let at = inode.start;
    let left = inode.sizeBytes;
    for (let index = 0; index < inode.blocks.length; index += 4) {
      const packed = inode.blocks.readUInt32LE(index);
      const length = Math.min(left, blockBytes);
      yield packed === 0 ? this.#hole(length) : await this.#block(at, packed, length);
      at += packed & (storedBit - 1);
      left -= length;
    }
    if (left > 0 && inode.fragment) yield await this.#tail(inode.fragment, left);
  }

  async #block(at: number, packed: number, length: number): Promise<Uint8Array> {
    const bytes = await this.#unpacked('A block of a file', at, packed);
    if (bytes.length === length) return bytes;
    throw new Unseen('malformed', `The block at ${at} has ${bytes.length} bytes, ${length} were expected.`);
  }

  async #unpacked(what: string, at: number, packed: number): Promise<Buffer> {
    const { blockBytes } = this.#superblock;
    const length = packed & (storedBit - 1);
    if (length === 0 || length > blockBytes) {
      throw new Unseen('malformed', `${what} at ${at} has ${length} bytes, at most ${blockBytes} are right.`);
    }
    this.#reader.require(what, at, length);
    const read = await this.#reader.source.read(at, length);
    const bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
    return (packed & storedBit) === 0 ? this.#unpack(bytes, blockBytes) : bytes;
  }

  #hole(length: number): Uint8Array {
    this.#zeros ??= Buffer.alloc(this.#superblock.blockBytes);
    return this.#zeros.subarray(0, length);
  }

  async #tail(fragment: { readonly index: number; readonly offset: number }, length: number): Promise<Uint8Array> {
    const bytes = await this.#fragment(fragment.index);
    if (fragment.offset + length <= bytes.length) return bytes.subarray(fragment.offset, fragment.offset + length);
    const message = `Fragment ${fragment.index} has ${bytes.length} bytes, ${length} are wanted at ${fragment.offset}.`;
    throw new Unseen('malformed', message);
  }

  async #fragment(index: number): Promise<Buffer> {
    const kept = this.#fragments.get(index);
    if (kept) return kept;
    const { fragmentCount, tables, blockBytes } = this.#superblock;
    if (index >= fragmentCount) {
      throw new Unseen('malformed', `A file is in fragment ${index}, but there are ${fragmentCount}.`);
    }
    const list = tables.fragments + 8 * Math.floor(index / entriesInBlock);
    const block = Number((await this.#reader.bytes('The table of fragments', list, 8)).readBigUInt64LE(0));
    const offset = (index % entriesInBlock) * fragmentEntryBytes;
    const entry = await this.#metadata.cursor({ block, offset }).take(fragmentEntryBytes);
    const bytes = await this.#unpacked('A fragment', Number(entry.readBigUInt64LE(0)), entry.readUInt32LE(8));
    this.#reader.step(blockBytes >> 8);
    const oldest = this.#fragments.size >= keptFragments ? this.#fragments.keys().next().value : undefined;
    if (oldest !== undefined) this.#fragments.delete(oldest);
    this.#fragments.set(index, bytes);
    return bytes;
  }
}
