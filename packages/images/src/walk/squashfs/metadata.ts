import type { Unpack } from '../compression/block-unpackers.ts';
import type { PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';

const blockBytes = 8_192;
const keptBlocks = 512;
/** Top bit of the length: the block is stored as it is. */
const storedBit = 0x8000;

interface Block {
  readonly bytes: Buffer;
  /** Offset of the block after it. */
  readonly next: number;
}

/** A place in tables of metadata: a block by its offset in the image, and an offset in the unpacked block. */
export interface MetadataPlace {
  readonly block: number;
  readonly offset: number;
}

/** Reads tables of metadata, which are packed in blocks of 8 KiB. Holds 4 MiB at most. */
export class Metadata {
  readonly #reader: PartReader;
  readonly #unpack: Unpack;
  readonly #kept = new Map<number, Block>();

  constructor(reader: PartReader, unpack: Unpack) {
    this.#reader = reader;
    this.#unpack = unpack;
  }

  cursor(place: MetadataPlace): MetadataCursor {
    return new MetadataCursor(this, place);
  }

  async block(at: number): Promise<Block> {
    const kept = this.#kept.get(at);
    if (kept) return kept;
    const header = (await this.#reader.bytes('A block of metadata', at, 2)).readUInt16LE(0);
    const length = header & (storedBit - 1);
    if (length === 0 || length > blockBytes) {
      throw new Unseen('malformed', `Expected 1 to ${blockBytes} bytes of metadata at ${at}, found ${length}.`);
    }
    const packed = await this.#reader.bytes('A block of metadata', at + 2, length);
    const bytes = (header & storedBit) === 0 ? this.#unpack(packed, blockBytes) : packed;
    this.#reader.step(32);
    const block = { bytes, next: at + 2 + length };
    const oldest = this.#kept.size >= keptBlocks ? this.#kept.keys().next().value : undefined;
    if (oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(at, block);
    return block;
  }
}

/** Reads on and on, over the ends of blocks. */
export class MetadataCursor {
  readonly #metadata: Metadata;
  #at: number;
  #offset: number;

  constructor(metadata: Metadata, place: MetadataPlace) {
    this.#metadata = metadata;
    this.#at = place.block;
    this.#offset = place.offset;
  }

  async take(length: number): Promise<Buffer> {
    let block = await this.#metadata.block(this.#at);
    if (this.#offset + length <= block.bytes.length) {
      this.#offset += length;
      return block.bytes.subarray(this.#offset - length, this.#offset);
    }
    const parts: Buffer[] = [];
    for (let missing = length; missing > 0; ) {
      if (this.#offset >= block.bytes.length) {
        if (block.bytes.length < blockBytes) throw new Unseen('malformed', `The metadata ends before ${block.next}.`);
        this.#offset -= block.bytes.length;
        this.#at = block.next;
        block = await this.#metadata.block(this.#at);
        continue;
      }
      const part = block.bytes.subarray(this.#offset, this.#offset + missing);
      parts.push(part);
      this.#offset += part.length;
      missing -= part.length;
    }
    return Buffer.concat(parts, length);
  }
}
