import { damaged, LzmaDecoder, type LzmaWindow, lzmaProperties } from './lzma-decoder.ts';

/** One chunk of LZMA2: at most 64 KiB that become at most 2 MiB. */
export interface Lzma2Chunk {
  readonly headerBytes: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly resetsDictionary: boolean;
}
export const maxHeaderBytes = 6;
export const maxUnpackedBytes = 2_097_152;

/**
 * Reads the header of a chunk from up to six bytes; null for the one that ends the data.
 * @source the XZ file format 1.2.1, 5.3.1; Linux Documentation/staging/xz
 */
export function chunkAt(bytes: Uint8Array, at: number): Lzma2Chunk | null {
  const control = byteAt(bytes, at);
  if (control === 0) return null;
  const size = (byteAt(bytes, at + 1) << 8) + byteAt(bytes, at + 2) + 1;
  if (control <= 2) {
    return { headerBytes: 3, packedBytes: size, unpackedBytes: size, resetsDictionary: control === 1 };
  }
  if (control < 0x80) throw damaged();
  const packedBytes = (byteAt(bytes, at + 3) << 8) + byteAt(bytes, at + 4) + 1;
  const unpackedBytes = ((control & 0x1f) << 16) + size;
  return { headerBytes: control >= 0xc0 ? 6 : 5, packedBytes, unpackedBytes, resetsDictionary: control >= 0xe0 };
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw damaged();
  return byte;
}

/** Decodes chunk after chunk into one window. */
export class Lzma2Decoder {
  readonly #lzma = new LzmaDecoder();
  #hasDictionary = false;
  #hasProperties = false;

  /**
   * Decodes the chunk whose header stands at `at`; all of it has to be in `input`.
   * @throws Unseen when it is damaged, or does not fit into the window
   */
  chunk(window: LzmaWindow, chunk: Lzma2Chunk, input: Uint8Array, at: number): void {
    const control = byteAt(input, at);
    const data = at + chunk.headerBytes;
    const end = data + chunk.packedBytes;
    const target = window.position + chunk.unpackedBytes;
    if (chunk.resetsDictionary) {
      window.start = window.position;
      this.#hasDictionary = true;
    }
    if (!this.#hasDictionary || end > input.length || target > window.bytes.length) throw damaged();
    if (control <= 2) {
      window.bytes.set(input.subarray(data, end), window.position);
      window.position = target;
      return;
    }
    this.#reset((control >> 5) & 3, byteAt(input, data - 1));
    const packed = input.subarray(0, end);
    window.end = target;
    const from = data + this.#lzma.begin(packed, data);
    const done = this.#lzma.run(window, packed, from, target);
    if (done.isEnd || done.at !== end) throw damaged();
  }

  #reset(kind: number, propertyByte: number): void {
    if (kind >= 2) {
      const properties = lzmaProperties(propertyByte);
      if (!properties || properties.lc + properties.lp > 4) throw damaged();
      this.#lzma.reset(properties);
      this.#hasProperties = true;
    } else if (!this.#hasProperties) throw damaged();
    else if (kind === 1) this.#lzma.resetState();
  }
}
