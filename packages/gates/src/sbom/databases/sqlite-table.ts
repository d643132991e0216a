import { sbomLimits } from '../sbom-limits.ts';
import { SqliteDamaged, type SqliteFile } from './sqlite-file.ts';
import { readRecord, type SqliteValue } from './sqlite-record.ts';
import { readVarint } from './sqlite-varint.ts';

const schemaPage = 1;
const fileHeaderBytes = 100;
const kind = { interiorTable: 0x05, leafTable: 0x0d } as const;

/**
 * The rows of a table, in the order of their row ids.
 * Memory: one row and one page a level.
 * @throws SqliteDamaged when there is no such table, or pages contradict each other
 * @source SQLite database file format §1.6, §2.6
 */
export async function* tableRows(file: SqliteFile, table: string): AsyncGenerator<SqliteValue[]> {
  yield* rowsFrom(file, await rootPage(file, table));
}

async function rootPage(file: SqliteFile, table: string): Promise<number> {
  for await (const [type, name, , root] of rowsFrom(file, schemaPage)) {
    if (type === 'table' && name === table && typeof root === 'number') return root;
  }
  throw new SqliteDamaged(`Expected a table ${table}, found none.`);
}

async function* rowsFrom(file: SqliteFile, root: number): AsyncGenerator<SqliteValue[]> {
  // Every page belongs to one tree once: a page that comes again is a loop.
  const seen = new Set<number>();
  const waiting = [root];
  // No byte belongs to two rows: rows that share pages would be read for ever.
  let bytesLeft = file.pageCount * file.usableBytes;
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (seen.has(number)) throw new SqliteDamaged(`Expected every page once, found page ${number} again.`);
    seen.add(number);
    const page = await file.page(number);
    const at = number === schemaPage ? fileHeaderBytes : 0;
    const type = page.readUInt8(at);
    const cells = cellOffsets(page, at, type);
    if (type === kind.interiorTable) {
      const children = cells.map((cell) => page.readUInt32BE(cell));
      waiting.push(...[...children, page.readUInt32BE(at + 8)].reverse());
    } else {
      for (const cell of cells) {
        const payload = await payloadAt(file, page, cell);
        bytesLeft -= payload.length;
        if (bytesLeft < 0) throw new SqliteDamaged('Expected rows that fit into the file, found more bytes.');
        yield readRecord(payload);
      }
    }
  }
}

function cellOffsets(page: Buffer, at: number, type: number): number[] {
  if (type !== kind.interiorTable && type !== kind.leafTable) {
    throw new SqliteDamaged(`Expected a page of a table, found type ${type}.`);
  }
  const first = at + (type === kind.interiorTable ? 12 : 8);
  const count = page.readUInt16BE(at + 3);
  if (first + count * 2 > page.length) throw new SqliteDamaged(`Expected cells inside their page, found ${count}.`);
  const offsets: number[] = [];
  for (let index = 0; index < count; index++) {
    const offset = page.readUInt16BE(first + index * 2);
    if (offset + 4 > page.length) throw new SqliteDamaged(`Expected a cell inside its page, found one at ${offset}.`);
    offsets.push(offset);
  }
  return offsets;
}

/** The bytes of a row: a first part on the page, the rest on a chain of pages. @source §1.6, "Cell payload overflow pages" */
async function payloadAt(file: SqliteFile, page: Buffer, cell: number): Promise<Buffer> {
  const [length, afterLength] = readVarint(page, cell);
  const [, start] = readVarint(page, afterLength);
  if (length > sbomLimits.textBytes) throw new SqliteDamaged(`Expected rows of at most 32 MiB, found ${length} bytes.`);
  const most = file.usableBytes - 35;
  if (length <= most) return slice(page, start, length);
  const least = Math.floor(((file.usableBytes - 12) * 32) / 255) - 23;
  const fitting = least + ((length - least) % (file.usableBytes - 4));
  const local = fitting <= most ? fitting : least;
  const parts = [slice(page, start, local)];
  let next = slice(page, start + local, 4).readUInt32BE(0);
  for (let left = length - local; left > 0; ) {
    const overflow = await file.page(next);
    const part = slice(overflow, 4, Math.min(left, file.usableBytes - 4));
    parts.push(part);
    left -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

function slice(page: Buffer, start: number, length: number): Buffer {
  if (start + length > page.length)
    throw new SqliteDamaged(`Expected ${length} bytes at ${start} of a page, found fewer.`);
  return page.subarray(start, start + length);
}
