import type { Source } from '@fettle/images';
import { sbomLimits } from '../sbom-limits.ts';

/** A database file whose pages can be read. */
export interface SqliteFile {
  readonly pageCount: number;
  /** Bytes of a page that hold content; the rest is reserved. */
  readonly usableBytes: number;
  /** Counts from 1. @throws SqliteDamaged when there is no such page */
  page(number: number): Promise<Buffer>;
}

/** The file is no database, or contradicts itself. */
export class SqliteDamaged extends Error {
  override readonly name = 'SqliteDamaged';
}

const headerBytes = 100;
const magic = 'SQLite format 3\0';

/**
 * Opens a database file for reading; a journal beside it is not looked at.
 * @throws SqliteDamaged
 * @source SQLite database file format §1.3
 */
export async function openSqlite(source: Source): Promise<SqliteFile> {
  if (source.size < 512 || source.size > sbomLimits.databaseBytes) {
    throw new SqliteDamaged(`Expected 512 to ${sbomLimits.databaseBytes} bytes, found ${source.size}.`);
  }
  const header = Buffer.from(await source.read(0, headerBytes));
  if (header.toString('latin1', 0, 16) !== magic)
    throw new SqliteDamaged('Expected an SQLite database, found other bytes.');
  const written = header.readUInt16BE(16);
  const pageBytes = written === 1 ? 65_536 : written;
  const usableBytes = pageBytes - header.readUInt8(20);
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0 || usableBytes < 480) {
    throw new SqliteDamaged(`Expected a page size that is a power of two, found ${pageBytes}.`);
  }
  const pageCount = Math.floor(source.size / pageBytes);
  return {
    pageCount,
    usableBytes,
    page: async (number) => {
      if (number < 1 || number > pageCount)
        throw new SqliteDamaged(`Expected a page up to ${pageCount}, found ${number}.`);
      const bytes = await source.read((number - 1) * pageBytes, pageBytes);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
  };
}
