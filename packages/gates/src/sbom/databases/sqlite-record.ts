import { SqliteDamaged } from './sqlite-file.ts';
import { readVarint } from './sqlite-varint.ts';

/** A value of a row. Whole numbers above 2^53 are not exact. */
export type SqliteValue = null | number | string | Uint8Array;

const maxColumns = 2_000;

/**
 * Takes a row's bytes apart.
 * @throws SqliteDamaged when they contradict themselves
 * @source SQLite database file format §2.1
 */
export function readRecord(payload: Buffer): SqliteValue[] {
  const [headerEnd, afterSize] = readVarint(payload, 0);
  if (headerEnd > payload.length) throw new SqliteDamaged('Expected the header of a row inside it, found it longer.');
  const values: SqliteValue[] = [];
  let [at, body] = [afterSize, headerEnd];
  while (at < headerEnd && values.length < maxColumns) {
    const [serial, next] = readVarint(payload, at);
    const length = lengthOf(serial);
    if (body + length > payload.length) throw new SqliteDamaged('Expected values inside their row, found one longer.');
    values.push(columnValue(serial, payload.subarray(body, body + length)));
    at = next;
    body += length;
  }
  return values;
}

const fixedLengths = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function lengthOf(serial: number): number {
  return serial < 12 ? (fixedLengths[serial] ?? 0) : Math.floor((serial - 12) / 2);
}

function columnValue(serial: number, bytes: Buffer): SqliteValue {
  if (serial === 0) return null;
  if (serial <= 5) return bytes.readIntBE(0, bytes.length);
  if (serial === 6) return Number(bytes.readBigInt64BE(0));
  if (serial === 7) return bytes.readDoubleBE(0);
  if (serial < 12) return serial - 8;
  return serial % 2 === 0 ? bytes : bytes.toString('utf8');
}
