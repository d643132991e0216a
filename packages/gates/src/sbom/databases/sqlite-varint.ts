import { SqliteDamaged } from './sqlite-file.ts';

/**
 * A number of one to nine bytes, seven bits each, and the offset after it. Above 2^53 it is not exact: no size is.
 * @throws SqliteDamaged when the bytes end before it
 * @source SQLite database file format §1.6, "Variable-length integer"
 */
export function readVarint(bytes: Buffer, start: number): [value: number, end: number] {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) throw new SqliteDamaged('Expected a number, found the end of the bytes.');
    if (index === 8) return [value * 256 + byte, start + 9];
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, start + index + 1];
  }
  return [value, start + 9];
}
