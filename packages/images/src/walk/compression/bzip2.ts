import { Unseen } from '../core/unseen.ts';

const blockMagic = 0x314159265359;
const endMagic = 0x177245385090;
const groupSymbols = 50;
const maxCodeBits = 20;

/** Reads bits, the highest of a byte first. */
class Bits {
  readonly #bytes: Uint8Array;
  #at: number;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** At most 24. */
  take(count: number): number {
    while (this.#count < count) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw damagedBzip2();
      this.#held = ((this.#held << 8) | byte) & 0xffffffff;
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#held >>> this.#count) & (2 ** count - 1);
  }

  /** The offset of the first byte of which nothing was taken. */
  get position(): number {
    return this.#at - Math.floor(this.#count / 8);
  }
}

/**
 * Unpacks all streams of bzip2 at the start of the bytes, block by block. Checksums are not compared.
 * @param ended is told the offset after the last stream
 * @source bzip2 format as documented by its decoders: Huffman codes, move to front, inverse Burrows-Wheeler, run lengths
 */
export function* unpackBzip2(packed: Uint8Array, ended: (at: number) => void): Generator<Buffer> {
  let at = 0;
  while (isStream(packed, at)) {
    const blockBytes = 100_000 * ((packed[at + 3] as number) - 0x30);
    const bits = new Bits(packed, at + 4);
    for (;;) {
      const magic = bits.take(24) * 2 ** 24 + bits.take(24);
      bits.take(16);
      bits.take(16);
      if (magic === endMagic) break;
      if (magic !== blockMagic) throw damagedBzip2();
      yield* expandRuns(unsort(bits, blockBytes));
    }
    at = bits.position;
    ended(at);
  }
}

function isStream(bytes: Uint8Array, at: number): boolean {
  const level = bytes[at + 3] ?? 0;
  return bytes[at] === 0x42 && bytes[at + 1] === 0x5a && bytes[at + 2] === 0x68 && level > 0x30 && level <= 0x39;
}

function unsort(bits: Bits, blockBytes: number): Uint8Array {
  if (bits.take(1) !== 0) throw new Unseen('unsupported', 'The bzip2 data is of a form from before 1.0.');
  const origin = bits.take(24);
  const { links, count } = readSymbols(bits, blockBytes);
  if (origin >= count) throw damagedBzip2();
  // The low byte of each entry is the symbol; the upper ones become the index of the next entry.
  const starts = new Uint32Array(256);
  for (let index = 0; index < count; index++) {
    const symbol = (links[index] as number) & 0xff;
    starts[symbol] = (starts[symbol] as number) + 1;
  }
  let sum = 0;
  for (let symbol = 0; symbol < 256; symbol++) {
    const next = sum + (starts[symbol] as number);
    starts[symbol] = sum;
    sum = next;
  }
  for (let index = 0; index < count; index++) {
    const symbol = (links[index] as number) & 0xff;
    const to = starts[symbol] as number;
    starts[symbol] = to + 1;
    links[to] = (links[to] as number) | (index << 8);
  }
  const sorted = new Uint8Array(count);
  let at = (links[origin] as number) >>> 8;
  for (let index = 0; index < count; index++) {
    const link = links[at] as number;
    sorted[index] = link & 0xff;
    at = link >>> 8;
  }
  return sorted;
}

function readSymbols(bits: Bits, blockBytes: number): { links: Uint32Array; count: number } {
  const used = readUsed(bits);
  const { tables, selectors } = readTables(bits, used.length + 2);
  const front = Uint8Array.from(used);
  const links = new Uint32Array(blockBytes);
  const endSymbol = used.length + 1;
  let count = 0;
  let [run, weight] = [0, 1];
  for (let index = 0; ; index++) {
    const table = tables[selectors[Math.floor(index / groupSymbols)] ?? -1];
    if (!table) throw damagedBzip2();
    const symbol = decodeSymbol(bits, table);
    if (symbol <= 1) {
      // Lengths of runs are written with the digits one and two.
      run += weight * (symbol + 1);
      weight *= 2;
      if (run > blockBytes) throw damagedBzip2();
      continue;
    }
    if (count + run + (symbol === endSymbol ? 0 : 1) > blockBytes) throw damagedBzip2();
    links.fill(front[0] as number, count, count + run);
    count += run;
    [run, weight] = [0, 1];
    if (symbol === endSymbol) return { links, count };
    const byte = front[symbol - 1];
    if (byte === undefined) throw damagedBzip2();
    front.copyWithin(1, 0, symbol - 1);
    front[0] = byte;
    links[count++] = byte;
  }
}

function readUsed(bits: Bits): number[] {
  const groups = bits.take(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if ((groups & (0x8000 >> group)) === 0) continue;
    const members = bits.take(16);
    for (let index = 0; index < 16; index++) if ((members & (0x8000 >> index)) !== 0) used.push(16 * group + index);
  }
  if (used.length === 0) throw damagedBzip2();
  return used;
}

/** A canonical code: of each length the first code, how many, and where their symbols start. */
interface CodeTable {
  readonly first: Int32Array;
  readonly counts: Int32Array;
  readonly offsets: Int32Array;
  readonly symbols: Int32Array;
}

function readTables(bits: Bits, symbols: number): { tables: CodeTable[]; selectors: Uint8Array } {
  const tableCount = bits.take(3);
  const selectorCount = bits.take(15);
  if (tableCount < 2 || tableCount > 6 || selectorCount === 0) throw damagedBzip2();
  const order = Array.from({ length: tableCount }, (_, index) => index);
  const selectors = new Uint8Array(selectorCount);
  for (let index = 0; index < selectorCount; index++) {
    let place = 0;
    while (bits.take(1) === 1) if (++place >= tableCount) throw damagedBzip2();
    const [table = 0] = order.splice(place, 1);
    order.unshift(table);
    selectors[index] = table;
  }
  return { tables: order.map(() => readTable(bits, symbols)), selectors };
}

function readTable(bits: Bits, symbols: number): CodeTable {
  const lengths = new Uint8Array(symbols);
  let length = bits.take(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    while (bits.take(1) === 1) length += bits.take(1) === 0 ? 1 : -1;
    if (length < 1 || length > maxCodeBits) throw damagedBzip2();
    lengths[symbol] = length;
  }
  const counts = new Int32Array(maxCodeBits + 2);
  for (const bitsOf of lengths) counts[bitsOf] = (counts[bitsOf] as number) + 1;
  const first = new Int32Array(maxCodeBits + 2);
  const offsets = new Int32Array(maxCodeBits + 2);
  for (let bitsOf = 1, code = 0, offset = 0; bitsOf <= maxCodeBits; bitsOf++) {
    first[bitsOf] = code;
    offsets[bitsOf] = offset;
    offset += counts[bitsOf] as number;
    code = (code + (counts[bitsOf] as number)) << 1;
  }
  const order = Array.from(lengths, (bitsOf, symbol) => ({ bitsOf, symbol })).sort(
    (a, b) => a.bitsOf - b.bitsOf || a.symbol - b.symbol,
  );
  return { first, counts, offsets, symbols: Int32Array.from(order, ({ symbol }) => symbol) };
}

function decodeSymbol(bits: Bits, table: CodeTable): number {
  let code = 0;
  for (let length = 1; length <= maxCodeBits; length++) {
    code = (code << 1) | bits.take(1);
    const index = code - (table.first[length] as number);
    if (index >= 0 && index < (table.counts[length] as number)) {
      return table.symbols[(table.offsets[length] as number) + index] as number;
    }
  }
  throw damagedBzip2();
}

/** After four equal bytes stands how many more of them come. */
function* expandRuns(bytes: Uint8Array): Generator<Buffer> {
  const pieceBytes = 1_048_576;
  let out = Buffer.allocUnsafeSlow(pieceBytes);
  let pos = 0;
  let [equal, last] = [0, -1];
  for (const byte of bytes) {
    if (pos + 256 > pieceBytes) {
      yield out.subarray(0, pos);
      out = Buffer.allocUnsafeSlow(pieceBytes);
      pos = 0;
    }
    if (equal === 4) {
      out.fill(last, pos, pos + byte);
      pos += byte;
      [equal, last] = [0, -1];
      continue;
    }
    equal = byte === last ? equal + 1 : 1;
    last = byte;
    out[pos++] = byte;
  }
  if (pos > 0) yield out.subarray(0, pos);
}

function damagedBzip2(): Unseen {
  return new Unseen('malformed', 'The bzip2 data is damaged or cut off.');
}
