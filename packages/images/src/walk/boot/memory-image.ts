import type { OpenLayer } from '../core/open-layer.ts';
import { Unseen } from '../core/unseen.ts';

/** Gaps up to here are filled as erased flash is; beyond, another file begins. */
const maxGapBytes = 65_536;
const maxBytes = 32 * 1_048_576;
const maxPieces = 262_144;
/** Records that follow each other are joined at once: a file has hundreds of thousands of them. */
const pieceBytes = 65_536;
const erased = 0xff;

/** Collects data for addresses, in whatever order it comes, and presents what lies together as one file `0xADDRESS`. */
export class MemoryImage {
  readonly #pieces: { readonly address: number; readonly bytes: Buffer }[] = [];
  readonly #joining = Buffer.alloc(pieceBytes);
  #address = 0;
  #joined = 0;
  #bytes = 0;

  /** Takes at most 64 KiB. */
  add(address: number, bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#bytes += bytes.length;
    if (this.#bytes > maxBytes || this.#pieces.length >= maxPieces) {
      throw new Unseen('too-large', `More than ${maxBytes} bytes or ${maxPieces} pieces for addresses are not joined.`);
    }
    const isNext = address === this.#address + this.#joined && this.#joined + bytes.length <= pieceBytes;
    if (!isNext) {
      this.#finishPiece();
      this.#address = address;
    }
    this.#joined += bytes.copy(this.#joining, this.#joined);
  }

  #finishPiece(): void {
    if (this.#joined === 0) return;
    this.#pieces.push({ address: this.#address, bytes: Buffer.from(this.#joining.subarray(0, this.#joined)) });
    this.#joined = 0;
  }

  async present(open: OpenLayer): Promise<void> {
    this.#finishPiece();
    const pieces = this.#pieces.toSorted((a, b) => a.address - b.address);
    let parts: Buffer[] = [];
    let [start, next] = [0, 0];
    const finish = async () => {
      if (parts.length === 0) return;
      const path = `0x${start.toString(16).padStart(8, '0')}`;
      await open.part(path, { kind: 'stream', chunks: whole(Buffer.concat(parts)) }, next - start);
      parts = [];
    };
    for (const { address, bytes } of pieces) {
      if (parts.length > 0 && address < next) throw new Unseen('malformed', `Two pieces are for address ${address}.`);
      if (parts.length === 0 || address - next > maxGapBytes) {
        await finish();
        start = address;
      } else if (address > next) parts.push(Buffer.alloc(address - next, erased));
      parts.push(bytes);
      next = address + bytes.length;
    }
    await finish();
  }
}

async function* whole(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
