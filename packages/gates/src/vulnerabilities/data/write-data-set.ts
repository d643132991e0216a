import { createHash } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import { digest, FettleError } from '@fettle/model';
import { vulnerabilityLimits } from '../vulnerability-limits.ts';
import type { DataOutput, DataSetHeader, ImportedDataSet, TableName } from './data-set.ts';
import { type BlockPlace, startMark, type TablePlace, tailOf } from './file-format.ts';
import type { Row } from './row.ts';

/** Sorted rows of one table. */
export interface TableRows {
  readonly name: TableName;
  readonly rows: AsyncIterable<Row>;
}

/**
 * Writes a data set in one pass. The same rows and header give the same bytes.
 * Memory: one block, and the directory (about 60 bytes for each 64 KiB of rows).
 */
export async function writeDataSet(
  output: DataOutput,
  tables: readonly TableRows[],
  header: () => DataSetHeader,
): Promise<Pick<ImportedDataSet, 'digest' | 'sizeBytes' | 'header'>> {
  const file = startFile(output);
  await file.append(startMark);
  const places: Partial<Record<TableName, TablePlace>> = {};
  for (const { name, rows } of tables) places[name] = await writeTable(file, rows);
  const said = header();
  const bytes = Buffer.from(JSON.stringify(wireHeader(said, places)), 'utf8');
  if (bytes.length > vulnerabilityLimits.headerBytes) {
    throw new FettleError(
      'too-large',
      `Expected a header of at most ${vulnerabilityLimits.headerBytes} bytes, found ${bytes.length}.`,
    );
  }
  const headerOffset = file.sizeBytes();
  await file.append(bytes);
  await file.append(tailOf(headerOffset, bytes.length));
  return { header: said, digest: digest(file.digest()), sizeBytes: file.sizeBytes() };
}

interface OutputFile {
  append(bytes: Uint8Array): Promise<void>;
  sizeBytes(): number;
  digest(): string;
}

function startFile(output: DataOutput): OutputFile {
  const hash = createHash('sha256');
  let size = 0;
  return {
    append: async (bytes) => {
      hash.update(bytes);
      size += bytes.length;
      await output.append(bytes);
    },
    sizeBytes: () => size,
    digest: () => hash.digest('hex'),
  };
}

async function writeTable(file: OutputFile, rows: AsyncIterable<Row>): Promise<TablePlace> {
  const blocks: BlockPlace[] = [];
  let lines: string[] = [];
  let characters = 0;
  let firstKey = '';
  let count = 0;
  const flush = async () => {
    if (lines.length === 0) return;
    const bytes = compress(lines.join(''));
    blocks.push({ firstKey, offset: file.sizeBytes(), length: bytes.length });
    await file.append(bytes);
    lines = [];
    characters = 0;
  };
  for await (const row of rows) {
    if (lines.length === 0) firstKey = copyOf(row.key);
    const line = `${row.key}\t${row.json}\n`;
    lines.push(line);
    characters += line.length;
    count++;
    if (characters >= vulnerabilityLimits.blockBytes) await flush();
  }
  await flush();
  const directory = compress(JSON.stringify(blocks.map((block) => [block.firstKey, block.offset, block.length])));
  const place = { offset: file.sizeBytes(), length: directory.length, rows: count };
  await file.append(directory);
  return place;
}

/** The key is a part of a larger text, which it would keep in memory as long as the directory lives. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** With a checksum, so that a broken block is seen when it is read. */
function compress(text: string): Uint8Array {
  return zstdCompressSync(text, {
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

function wireHeader(header: DataSetHeader, tables: Partial<Record<TableName, TablePlace>>) {
  return {
    format: 'fettle-data-set/1',
    kind: header.kind,
    source: header.source,
    publishedAt: new Date(header.publishedAt).toISOString(),
    importedAt: new Date(header.importedAt).toISOString(),
    records: header.records,
    refused: header.refused,
    importer: header.importer,
    ecosystems: header.ecosystems,
    tables,
  };
}
