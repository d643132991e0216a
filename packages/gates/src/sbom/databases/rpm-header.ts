import { plainText } from '../sbom-limits.ts';

/** The tags of a package that an inventory needs. @source RPM file format, "Header tags" */
const tags = {
  sha256Header: 273,
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  licence: 1014,
  packager: 1015,
  architecture: 1022,
  oldFileNames: 1027,
  sourceRpm: 1044,
  provideName: 1047,
  requireName: 1049,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
} as const;
type Tag = keyof typeof tags;

/** What a header says, by tag. */
export interface RpmHeader {
  text(tag: Tag): string;
  texts(tag: Tag): readonly string[];
  numbers(tag: Tag): readonly number[];
}

const maxEntries = 4_096;
const maxItems = 2_000_000;
const entryBytes = 16;
const type = { int32: 4, string: 6, stringArray: 8, i18nString: 9 } as const;

interface IndexEntry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/**
 * Opens a header as it lies in the database: number of index entries, bytes of data, index, data; without the magic of
 * package files. Undefined when its numbers contradict each other.
 * @source RPM file format, "Header format"
 */
export function openRpmHeader(blob: Uint8Array): RpmHeader | undefined {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  if (bytes.length < 8) return undefined;
  const [entries, dataBytes] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4)];
  if (entries > maxEntries || 8 + entries * entryBytes + dataBytes > bytes.length) return undefined;
  const index = new Map<number, IndexEntry>();
  for (let at = 8; at < 8 + entries * entryBytes; at += entryBytes) {
    const entry = {
      type: bytes.readUInt32BE(at + 4),
      offset: bytes.readUInt32BE(at + 8),
      count: bytes.readUInt32BE(at + 12),
    };
    index.set(bytes.readUInt32BE(at), entry);
  }
  const dataAt = 8 + entries * entryBytes;
  const data = bytes.subarray(dataAt, dataAt + dataBytes);
  const texts = (tag: Tag) => readTexts(data, index.get(tags[tag]));
  return {
    texts,
    text: (tag) => plainText(texts(tag)[0] ?? ''),
    numbers: (tag) => readNumbers(data, index.get(tags[tag])),
  };
}

function readTexts(data: Buffer, entry: IndexEntry | undefined): string[] {
  if (!entry || entry.count > maxItems) return [];
  const isOne = entry.type === type.string;
  if (!isOne && entry.type !== type.stringArray && entry.type !== type.i18nString) return [];
  const found: string[] = [];
  let at = entry.offset;
  for (let item = 0; item < (isOne ? 1 : entry.count); item++) {
    const end = data.indexOf(0, at);
    if (at >= data.length || end === -1) break;
    found.push(data.toString('utf8', at, end));
    at = end + 1;
  }
  return found;
}

function readNumbers(data: Buffer, entry: IndexEntry | undefined): number[] {
  if (entry?.type !== type.int32 || entry.count > maxItems) return [];
  const found: number[] = [];
  for (let at = entry.offset; found.length < entry.count && at + 4 <= data.length; at += 4) {
    found.push(data.readUInt32BE(at));
  }
  return found;
}
