import type { Findings } from '../inspection.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import { Malformed } from '../reading/malformed.ts';
import { hex32 } from '../reading/text.ts';

const pieceBytes = 65_536;
/** Colon, 4 bytes before the data, 255 bytes of data, checksum, in hex; and an end of line. */
const maxLineBytes = 524;
const recordTypes = { data: 0, end: 1, highest: 5 } as const;

/**
 * Reads an Intel HEX file: every record has the length it says and sums up to zero, and the last one is the end record.
 * Records that makers add (types above 5) are counted only. No version, hash or signature.
 * @source Intel Hexadecimal Object File Format Specification, revision A
 */
export async function inspectIntelHex(reader: ImageReader): Promise<Findings> {
  const records = { data: 0, others: 0, wrong: 0, hasEnded: false };
  let rest = '';
  for (let at = 0; at < reader.size; at += pieceBytes) {
    const piece = await reader.bytes('Records', at, Math.min(pieceBytes, reader.size - at));
    const lines = (rest + piece.toString('latin1')).split('\n');
    rest = at + pieceBytes < reader.size ? (lines.pop() ?? '') : '';
    if (rest.length > maxLineBytes) throw new Malformed('limit', `A record before ${at + pieceBytes} does not end.`);
    reader.charge(lines.length);
    for (const line of lines) countLine(records, line.trim());
  }
  if (!records.hasEnded) throw new Malformed('out-of-bounds', 'The file ends without an end record: it was cut off.');
  const warnings = records.others > 0 ? [`${records.others} records are of types that a maker added.`] : [];
  return {
    description: `${records.data} bytes of data`,
    hashes: [{ what: 'records', algorithm: 'sum8', ok: records.wrong === 0 }],
    warnings,
  };
}

interface Records {
  data: number;
  others: number;
  wrong: number;
  hasEnded: boolean;
}

function countLine(records: Records, line: string): void {
  if (line === '') return;
  if (records.hasEnded) throw new Malformed('contradiction', 'Records follow after the end record.');
  if (line.length > maxLineBytes || !/^:(?:[0-9A-Fa-f]{2}){5,}$/.test(line)) {
    throw new Malformed('contradiction', 'A line is no record: a colon and pairs of hex digits.');
  }
  const bytes = Buffer.from(line.slice(1), 'hex');
  const [length, type] = [bytes.readUInt8(0), bytes.readUInt8(3)];
  if (bytes.length !== length + 5) {
    throw new Malformed(
      'contradiction',
      `A record for ${hex32(bytes.readUInt16BE(1))} says ${length} bytes and has others.`,
    );
  }
  if (bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0) !== 0) records.wrong++;
  if (type === recordTypes.data) records.data += length;
  if (type > recordTypes.highest) records.others++;
  if (type === recordTypes.end) records.hasEnded = true;
}
