import { Unseen } from '../core/unseen.ts';

/** Where the probabilities of each kind of bit stand, in one table. @source LZMA specification (Igor Pavlov, public domain) */
const isMatch = 0;
const isRep = 192;
const isRepG0 = 204;
const isRepG1 = 216;
const isRepG2 = 228;
const isRep0Long = 240;
const posSlot = 432;
const specPos = 688;
const alignBits = 803;
const lengths = 819;
const repLengths = 1_333;
const literals = 1_847;
/** Inside of a table of lengths. */
const [choice2, lowLengths, midLengths, highLengths] = [1, 2, 130, 258];
const half = 1_024;

/** How literals and positions are modelled: the byte before LZMA data. */
export interface LzmaProperties {
  readonly lc: number;
  readonly lp: number;
  readonly pb: number;
}

/** @returns undefined for a byte that stands for none */
export function lzmaProperties(byte: number): LzmaProperties | undefined {
  if (byte >= 9 * 5 * 5) return undefined;
  return { lc: byte % 9, lp: Math.floor(byte / 9) % 5, pb: Math.floor(byte / 45) };
}

/** What a decoder writes to and copies from. */
export interface LzmaWindow {
  bytes: Uint8Array;
  /** The next byte goes here. */
  position: number;
  /** Nothing before is copied from. */
  start: number;
  /** No match goes beyond. */
  end: number;
}

/** Decodes LZMA. The window is the dictionary: what it gives is what it copies from. */
export class LzmaDecoder {
  #properties: LzmaProperties = { lc: 3, lp: 0, pb: 2 };
  #probs = new Uint16Array(literals);
  #state = 0;
  #reps: readonly [number, number, number, number] = [0, 0, 0, 0];
  // The coder's registers between two calls over one stream.
  #range = 0;
  #code = 0;

  /** Starts anew, with other properties or the same. */
  reset(properties: LzmaProperties): void {
    this.#properties = properties;
    const size = literals + (0x300 << (properties.lc + properties.lp));
    if (this.#probs.length !== size) this.#probs = new Uint16Array(size);
    this.resetState();
  }

  resetState(): void {
    this.#probs.fill(half);
    this.#state = 0;
    this.#reps = [0, 0, 0, 0];
  }

  get properties(): LzmaProperties {
    return this.#properties;
  }

  /** Takes the first five bytes of coded data. @returns how many were taken */
  begin(input: Uint8Array, at: number): number {
    if (at + 5 > input.length || input[at] !== 0) throw damaged();
    this.#range = -1;
    let code = 0;
    for (let index = at + 1; index < at + 5; index++) code = (code << 8) | (input[index] as number);
    this.#code = code;
    return 5;
  }

  /**
   * Decodes until the window's position is `limit` (or beyond it, as far as the window's end), or the end marker.
   * One function of straight lines with the registers in locals: this is where the time of a walk goes.
   * @returns where the input was read to, and whether the end marker was met
   */
  run(window: LzmaWindow, input: Uint8Array, at: number, limit: number): { at: number; isEnd: boolean } {
    const out = window.bytes;
    const probs = this.#probs;
    const { lc, lp, pb } = this.#properties;
    const [posMask, literalMask, literalShift] = [(1 << pb) - 1, (1 << lp) - 1, 8 - lc];
    const { start, end: hardEnd } = window;
    let pos = window.position;
    let state = this.#state;
    let [rep0, rep1, rep2, rep3] = this.#reps;
    let range = this.#range;
    let code = this.#code;
    let bound = 0;
    let prob = 0;
    let index = 0;
    let isEnd = false;
    while (pos < limit) {
      if (at > input.length) throw damaged();
      const posState = (pos - start) & posMask;
      index = isMatch + (state << 4) + posState;
      prob = probs[index] as number;
      bound = Math.imul(range >>> 11, prob);
      if (code >>> 0 < bound >>> 0) {
        range = bound;
        probs[index] = prob + ((2_048 - prob) >> 5);
        if (range >>> 24 === 0) {
          range <<= 8;
          code = (code << 8) | (input[at++] as number);
        }
        const before = pos > start ? (out[pos - 1] as number) : 0;
        const base = literals + 0x300 * ((((pos - start) & literalMask) << lc) + (before >> literalShift));
        let symbol = 1;
        if (state >= 7) {
          let matched = out[pos - rep0 - 1] as number;
          let offset = 0x100;
          do {
            matched <<= 1;
            const bit = matched & offset;
            index = base + offset + bit + symbol;
            prob = probs[index] as number;
            bound = Math.imul(range >>> 11, prob);
            if (code >>> 0 < bound >>> 0) {
              range = bound;
              probs[index] = prob + ((2_048 - prob) >> 5);
              symbol <<= 1;
              offset &= ~bit;
            } else {
              range = (range - bound) | 0;
              code = (code - bound) | 0;
              probs[index] = prob - (prob >> 5);
              symbol = (symbol << 1) | 1;
              offset &= bit;
            }
            if (range >>> 24 === 0) {
              range <<= 8;
              code = (code << 8) | (input[at++] as number);
            }
          } while (symbol < 0x100);
        } else {
          do {
            index = base + symbol;
            prob = probs[index] as number;
            bound = Math.imul(range >>> 11, prob);
            if (code >>> 0 < bound >>> 0) {
              range = bound;
              probs[index] = prob + ((2_048 - prob) >> 5);
              symbol <<= 1;
            } else {
              range = (range - bound) | 0;
              code = (code - bound) | 0;
              probs[index] = prob - (prob >> 5);
              symbol = (symbol << 1) | 1;
            }
            if (range >>> 24 === 0) {
              range <<= 8;
              code = (code << 8) | (input[at++] as number);
            }
          } while (symbol < 0x100);
        }
        out[pos++] = symbol;
        state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
        continue;
      }
      range = (range - bound) | 0;
      code = (code - bound) | 0;
      probs[index] = prob - (prob >> 5);
      if (range >>> 24 === 0) {
        range <<= 8;
        code = (code << 8) | (input[at++] as number);
      }
      let isRepeated = false;
      let isShort = false;
      index = isRep + state;
      prob = probs[index] as number;
      bound = Math.imul(range >>> 11, prob);
      if (code >>> 0 < bound >>> 0) {
        range = bound;
        probs[index] = prob + ((2_048 - prob) >> 5);
      } else {
        range = (range - bound) | 0;
        code = (code - bound) | 0;
        probs[index] = prob - (prob >> 5);
        isRepeated = true;
      }
      if (range >>> 24 === 0) {
        range <<= 8;
        code = (code << 8) | (input[at++] as number);
      }
      if (isRepeated) {
        index = isRepG0 + state;
        prob = probs[index] as number;
        bound = Math.imul(range >>> 11, prob);
        if (code >>> 0 < bound >>> 0) {
          range = bound;
          probs[index] = prob + ((2_048 - prob) >> 5);
          if (range >>> 24 === 0) {
            range <<= 8;
            code = (code << 8) | (input[at++] as number);
          }
          index = isRep0Long + (state << 4) + posState;
          prob = probs[index] as number;
          bound = Math.imul(range >>> 11, prob);
          if (code >>> 0 < bound >>> 0) {
            range = bound;
            probs[index] = prob + ((2_048 - prob) >> 5);
            isShort = true;
          } else {
            range = (range - bound) | 0;
            code = (code - bound) | 0;
            probs[index] = prob - (prob >> 5);
          }
          if (range >>> 24 === 0) {
            range <<= 8;
            code = (code << 8) | (input[at++] as number);
          }
        } else {
          range = (range - bound) | 0;
          code = (code - bound) | 0;
          probs[index] = prob - (prob >> 5);
          if (range >>> 24 === 0) {
            range <<= 8;
            code = (code << 8) | (input[at++] as number);
          }
          index = isRepG1 + state;
          prob = probs[index] as number;
          bound = Math.imul(range >>> 11, prob);
          let distance = rep1;
          if (code >>> 0 < bound >>> 0) {
            range = bound;
            probs[index] = prob + ((2_048 - prob) >> 5);
            if (range >>> 24 === 0) {
              range <<= 8;
              code = (code << 8) | (input[at++] as number);
            }
          } else {
            range = (range - bound) | 0;
            code = (code - bound) | 0;
            probs[index] = prob - (prob >> 5);
            if (range >>> 24 === 0) {
              range <<= 8;
              code = (code << 8) | (input[at++] as number);
            }
            index = isRepG2 + state;
            prob = probs[index] as number;
            bound = Math.imul(range >>> 11, prob);
            if (code >>> 0 < bound >>> 0) {
              range = bound;
              probs[index] = prob + ((2_048 - prob) >> 5);
              distance = rep2;
            } else {
              range = (range - bound) | 0;
              code = (code - bound) | 0;
              probs[index] = prob - (prob >> 5);
              distance = rep3;
              rep3 = rep2;
            }
            if (range >>> 24 === 0) {
              range <<= 8;
              code = (code << 8) | (input[at++] as number);
            }
            rep2 = rep1;
          }
          rep1 = rep0;
          rep0 = distance;
        }
      }
      let length = 1;
      if (isShort) state = state < 7 ? 9 : 11;
      else {
        let table = isRepeated ? repLengths : lengths;
        let tree = table + lowLengths + (posState << 3);
        let bits = 8;
        length = 2;
        prob = probs[table] as number;
        bound = Math.imul(range >>> 11, prob);
        if (code >>> 0 < bound >>> 0) {
          range = bound;
          probs[table] = prob + ((2_048 - prob) >> 5);
          if (range >>> 24 === 0) {
            range <<= 8;
            code = (code << 8) | (input[at++] as number);
          }
        } else {
          range = (range - bound) | 0;
          code = (code - bound) | 0;
          probs[table] = prob - (prob >> 5);
          if (range >>> 24 === 0) {
            range <<= 8;
            code = (code << 8) | (input[at++] as number);
          }
          tree = table + midLengths + (posState << 3);
          length = 10;
          table += choice2;
          prob = probs[table] as number;
          bound = Math.imul(range >>> 11, prob);
          if (code >>> 0 < bound >>> 0) {
            range = bound;
            probs[table] = prob + ((2_048 - prob) >> 5);
          } else {
            range = (range - bound) | 0;
            code = (code - bound) | 0;
            probs[table] = prob - (prob >> 5);
            tree = table - choice2 + highLengths;
            bits = 256;
            length = 18;
          }
          if (range >>> 24 === 0) {
            range <<= 8;
            code = (code << 8) | (input[at++] as number);
          }
        }
        let symbol = 1;
        do {
          index = tree + symbol;
          prob = probs[index] as number;
          bound = Math.imul(range >>> 11, prob);
          if (code >>> 0 < bound >>> 0) {
            range = bound;
            probs[index] = prob + ((2_048 - prob) >> 5);
            symbol <<= 1;
          } else {
            range = (range - bound) | 0;
            code = (code - bound) | 0;
            probs[index] = prob - (prob >> 5);
            symbol = (symbol << 1) | 1;
          }
          if (range >>> 24 === 0) {
            range <<= 8;
            code = (code << 8) | (input[at++] as number);
          }
        } while (symbol < bits);
        length += symbol - bits;
        if (isRepeated) state = state < 7 ? 8 : 11;
        else {
          state = state < 7 ? 7 : 10;
          rep3 = rep2;
          rep2 = rep1;
          rep1 = rep0;
          tree = posSlot + (Math.min(length - 2, 3) << 6);
          symbol = 1;
          do {
            index = tree + symbol;
            prob = probs[index] as number;
            bound = Math.imul(range >>> 11, prob);
            if (code >>> 0 < bound >>> 0) {
              range = bound;
              probs[index] = prob + ((2_048 - prob) >> 5);
              symbol <<= 1;
            } else {
              range = (range - bound) | 0;
              code = (code - bound) | 0;
              probs[index] = prob - (prob >> 5);
              symbol = (symbol << 1) | 1;
            }
            if (range >>> 24 === 0) {
              range <<= 8;
              code = (code << 8) | (input[at++] as number);
            }
          } while (symbol < 64);
          const slot = symbol - 64;
          rep0 = slot;
          if (slot >= 4) {
            let low = (slot >> 1) - 1;
            rep0 = (2 | (slot & 1)) << low;
            if (slot < 14) tree = specPos + rep0 - slot;
            else {
              // Bits that are equally likely: no model.
              let direct = 0;
              for (low -= 4; low > 0; low--) {
                range >>>= 1;
                if (code >>> 0 >= range >>> 0) {
                  code = (code - range) | 0;
                  direct = (direct << 1) | 1;
                } else direct <<= 1;
                if (range >>> 24 === 0) {
                  range <<= 8;
                  code = (code << 8) | (input[at++] as number);
                }
              }
              rep0 = (rep0 + (direct << 4)) | 0;
              tree = alignBits - 1;
              low = 4;
            }
            let node = 1;
            for (let bit = 0; bit < low; bit++) {
              index = tree + node;
              prob = probs[index] as number;
              bound = Math.imul(range >>> 11, prob);
              if (code >>> 0 < bound >>> 0) {
                range = bound;
                probs[index] = prob + ((2_048 - prob) >> 5);
                node <<= 1;
              } else {
                range = (range - bound) | 0;
                code = (code - bound) | 0;
                probs[index] = prob - (prob >> 5);
                node = (node << 1) | 1;
                rep0 = (rep0 + (1 << bit)) | 0;
              }
              if (range >>> 24 === 0) {
                range <<= 8;
                code = (code << 8) | (input[at++] as number);
              }
            }
            if (rep0 === -1) {
              isEnd = true;
              break;
            }
          }
        }
      }
      let from = pos - rep0 - 1;
      if (rep0 < 0 || from < start || pos + length > hardEnd) throw damaged();
      const end = pos + length;
      while (pos < end) out[pos++] = out[from++] as number;
    }
    if (at > input.length) throw damaged();
    window.position = pos;
    this.#state = state;
    this.#reps = [rep0, rep1, rep2, rep3];
    this.#range = range;
    this.#code = code;
    return { at, isEnd };
  }
}

export function damaged(): Unseen {
  return new Unseen('malformed', 'The LZMA data is damaged or cut off.');
}
