import { Unseen } from '../core/unseen.ts';
import { copyMatch } from './lz4-block.ts';

/** What was copied before says how codes below 16 are meant: none, one to three literals, or a longer run. */
const afterRun = 4;

/**
 * Unpacks one block of LZO1X.
 * @throws Unseen when it is damaged or gives more than `most` bytes
 * @source Linux Documentation/staging/lzo, "Byte sequences"
 */
export function unpackLzo(packed: Buffer, most: number): Buffer {
  const reader = new LzoReader(packed, Buffer.allocUnsafeSlow(most));
  let code = reader.byte();
  let state = 0;
  if (code > 17) {
    reader.literals(code - 17);
    state = Math.min(code - 17, afterRun);
    code = reader.byte();
  }
  for (;;) {
    if (code < 16 && state === 0) {
      reader.literals(code === 0 ? 18 + reader.length() : 3 + code);
      state = afterRun;
      code = reader.byte();
      continue;
    }
    const match = reader.match(code, state);
    if (match === undefined) return reader.done();
    state = match;
    reader.literals(state);
    code = reader.byte();
  }
}

class LzoReader {
  readonly #packed: Buffer;
  readonly #out: Buffer;
  #at = 0;
  #pos = 0;

  constructor(packed: Buffer, out: Buffer) {
    this.#packed = packed;
    this.#out = out;
  }

  byte(): number {
    const byte = this.#packed[this.#at++];
    if (byte === undefined) throw damagedLzo();
    return byte;
  }

  /** A length that goes on over zero bytes. */
  length(): number {
    let zeros = 0;
    let byte = this.byte();
    for (; byte === 0; byte = this.byte()) zeros++;
    return 255 * zeros + byte;
  }

  literals(count: number): void {
    if (this.#at + count > this.#packed.length || this.#pos + count > this.#out.length) throw damagedLzo();
    if (count > 32) this.#out.set(this.#packed.subarray(this.#at, this.#at + count), this.#pos);
    else
      for (let index = 0; index < count; index++)
        this.#out[this.#pos + index] = this.#packed[this.#at + index] as number;
    this.#at += count;
    this.#pos += count;
  }

  /** Copies what the code says. @returns how many literals follow; undefined at the end of the data */
  match(code: number, state: number): number | undefined {
    if (code >= 64) {
      const length = code >= 128 ? 5 + ((code >> 5) & 3) : 3 + ((code >> 5) & 1);
      return this.#copy(length, (this.byte() << 3) + ((code >> 2) & 7) + 1, code & 3);
    }
    if (code >= 32) {
      const length = (code & 31) === 0 ? 33 + this.length() : 2 + (code & 31);
      const word = this.#word();
      return this.#copy(length, (word >> 2) + 1, word & 3);
    }
    if (code >= 16) {
      const length = (code & 7) === 0 ? 9 + this.length() : 2 + (code & 7);
      const word = this.#word();
      const distance = 16_384 + ((code & 8) << 11) + (word >> 2);
      return distance === 16_384 ? undefined : this.#copy(length, distance, word & 3);
    }
    const distance = (this.byte() << 2) + (code >> 2) + 1;
    return state === afterRun ? this.#copy(3, distance + 2_048, code & 3) : this.#copy(2, distance, code & 3);
  }

  done(): Buffer {
    return this.#out.subarray(0, this.#pos);
  }

  #word(): number {
    return this.byte() | (this.byte() << 8);
  }

  #copy(length: number, distance: number, next: number): number {
    if (distance > this.#pos || this.#pos + length > this.#out.length) throw damagedLzo();
    this.#pos = copyMatch(this.#out, this.#pos, { distance, length });
    return next;
  }
}

function damagedLzo(): Unseen {
  return new Unseen('malformed', 'The LZO data is damaged or cut off.');
}
