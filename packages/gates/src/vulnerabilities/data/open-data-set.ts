import { zstdDecompressSync } from 'node:zlib';
import type { Source } from '@fettle/images';
import { type Digest, dataSetKinds, FettleError } from '@fettle/model';
import { parseBoundedJson } from '../reading/bounded-json.ts';
import { fieldsOf, instantOf, isFields, type JsonFields, listOf, textOf } from '../reading/fields.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import { BlockCache } from './block-cache.ts';
import { type DataSetHeader, type OpenDataSet, type TableName, tableNames } from './data-set.ts';
import { type BlockPlace, endMark, startMark, type TablePlace, tailBytes } from './file-format.ts';
import { readRows } from './read-rows.ts';

/**
 * Opens a data set file; reads its end and its directories, no data.
 * @param digest under which it was stored; who stores it has to compare it with the bytes
 * @throws FettleError `invalid-input` when it is no data set, or a broken one
 */
export async function openDataSet(source: Source, digest: Digest): Promise<OpenDataSet> {
  const wire = await readHeader(source);
  const header = headerOf(wire);
  const directories = new Map<TableName, readonly BlockPlace[]>();
  for (const name of tableNames) {
    const place = fieldsOf(wire.tables)[name];
    if (place !== undefined) directories.set(name, await readDirectory(source, placeOf(source, place)));
  }
  const file = { source, cache: new BlockCache() };
  return { digest, header, rows: (table, key) => readRows(file, directories.get(table) ?? [], key) };
}

async function readHeader(source: Source): Promise<JsonFields> {
  if (source.size < startMark.length + tailBytes) throw broken('it is shorter than the least possible');
  const start = Buffer.from(await source.read(0, startMark.length));
  const tail = Buffer.from(await source.read(source.size - tailBytes, tailBytes));
  if (!start.equals(startMark) || !tail.subarray(12).equals(endMark)) throw broken('its marks are missing');
  const offset = Number(tail.readBigUInt64BE(0));
  const length = tail.readUInt32BE(8);
  if (length > most.headerBytes || offset + length !== source.size - tailBytes) throw broken('its header is misplaced');
  const parsed = parseBoundedJson(await source.read(offset, length), jsonBounds(most.headerBytes));
  if (!parsed.ok || !isFields(parsed.value) || parsed.value.format !== 'fettle-data-set/1') {
    throw broken('its header is not of the format fettle-data-set/1');
  }
  return parsed.value;
}

function jsonBounds(bytes: number) {
  return { bytes, depth: most.jsonDepth, values: most.documentValues };
}

function headerOf(wire: JsonFields): DataSetHeader {
  const kind = dataSetKinds.find((known) => known === wire.kind);
  const publishedAt = instantOf(wire.publishedAt);
  const importedAt = instantOf(wire.importedAt);
  const ecosystems = Object.entries(fieldsOf(wire.ecosystems));
  if (kind === undefined || publishedAt === null || importedAt === null || ecosystems.length > most.ecosystemsPerSet) {
    throw broken('its header lacks a kind or a date');
  }
  return {
    kind,
    source: textOf(wire.source, most.nameCharacters) ?? '',
    publishedAt,
    importedAt,
    records: countOf(wire.records),
    refused: countOf(wire.refused),
    importer: textOf(wire.importer, most.nameCharacters) ?? '',
    ecosystems: Object.fromEntries(ecosystems.map(([name, count]) => [name, countOf(count)])),
  };
}

function countOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw broken('a count is not a number');
  return value;
}

function placeOf(source: Source, value: unknown): TablePlace {
  const { offset, length, rows } = fieldsOf(value);
  const place = { offset: countOf(offset), length: countOf(length), rows: countOf(rows) };
  if (place.length > most.directoryBytes || place.offset + place.length > source.size)
    throw broken('a table is misplaced');
  return place;
}

async function readDirectory(source: Source, place: TablePlace): Promise<readonly BlockPlace[]> {
  const bytes = unpack(await source.read(place.offset, place.length), most.directoryBytes);
  const parsed = parseBoundedJson(bytes, jsonBounds(most.directoryBytes));
  const list = parsed.ok ? listOf(parsed.value, most.documentValues) : undefined;
  if (list === undefined) throw broken('a directory is malformed');
  let end = startMark.length;
  let last = '';
  return list.map((entry) => {
    const [firstKey, offset, length] = listOf(entry, 3) ?? [];
    const block = {
      firstKey: textOf(firstKey, 2 * most.nameCharacters) ?? '',
      offset: countOf(offset),
      length: countOf(length),
    };
    if (block.offset < end || block.firstKey < last || block.length > 2 * most.recordBytes)
      throw broken('a directory is out of order');
    end = block.offset + block.length;
    last = block.firstKey;
    if (end > place.offset) throw broken('a block is misplaced');
    return block;
  });
}

function unpack(bytes: Uint8Array, mostBytes: number): Uint8Array {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: mostBytes });
  } catch (cause) {
    throw broken('a part of it cannot be unpacked', cause);
  }
}

function broken(what: string, cause?: unknown): FettleError {
  return new FettleError('invalid-input', `Expected a data set file, but ${what}. Import the data again.`, { cause });
}
