/**
 * A data set file, `fettle-data-set/1`. All numbers are big endian.
 *
 *     start (16 bytes)
 *     tables: blocks of sorted lines `key TAB json LF`, each block one zstd frame; then the table's directory, one zstd frame
 *     header: JSON
 *     end: offset of the header (8 bytes), its length (4 bytes), end mark (12 bytes)
 *
 * A directory is a JSON list of `[first key, offset, length]`, one for each block. To find a key, the directory says
 * which blocks may hold it; they lie side by side.
 */
export const startMark = Buffer.from('fettle-data-set\n', 'latin1');
export const endMark = Buffer.from('data-set-end', 'latin1');
export const tailBytes = 8 + 4 + endMark.length;

export interface BlockPlace {
  readonly firstKey: string;
  readonly offset: number;
  readonly length: number;
}

/** Where a table's directory lies. */
export interface TablePlace {
  readonly offset: number;
  readonly length: number;
  readonly rows: number;
}

export function tailOf(headerOffset: number, headerLength: number): Uint8Array {
  const tail = Buffer.alloc(tailBytes);
  tail.writeBigUInt64BE(BigInt(headerOffset), 0);
  tail.writeUInt32BE(headerLength, 8);
  endMark.copy(tail, 12);
  return tail;
}
