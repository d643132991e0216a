import type { Source } from '@fettle/images';
import { FettleError } from '@fettle/model';
import { type JsonOutcome, parseBoundedJson } from '../reading/bounded-json.ts';
import { chunksOf, gunzip, isGzip, linesOf } from '../reading/lines.ts';
import { isZip, readZip } from '../reading/zip.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';

const recordBounds = { bytes: most.recordBytes, depth: most.jsonDepth, values: most.jsonValues };
const documentBounds = { bytes: most.documentBytes, depth: most.jsonDepth, values: most.documentValues };

/**
 * The JSON texts of an export of OSV, whatever it comes as.
 * @throws FettleError `invalid-input` for broken archives, `too-large` over the bounds
 */
export async function* osvRecords(input: Source): AsyncGenerator<JsonOutcome> {
  if (await isZip(input)) yield* fromZip(input);
  else if (await isGzip(input)) yield* fromLines(gunzip(input, most.unpackedBytes));
  else if (await isRecordALine(input)) yield* fromLines(chunksOf(input));
  else yield* fromDocument(input);
}

async function* fromZip(input: Source): AsyncGenerator<JsonOutcome> {
  const bounds = { entryBytes: most.recordBytes, bytes: most.unpackedBytes, entries: most.recordsPerSet };
  for await (const entry of readZip(input, bounds)) {
    if (!entry.name.endsWith('.json')) continue;
    const parsed =
      entry.bytes === undefined
        ? { ok: false as const, message: entry.problem }
        : parseBoundedJson(entry.bytes, recordBounds);
    yield parsed.ok ? parsed : { ok: false, message: `${entry.name.slice(0, 100)}: ${parsed.message}` };
  }
}

async function* fromLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<JsonOutcome> {
  for await (const line of linesOf(chunks, most.lineBytes)) yield parseBoundedJson(line, recordBounds);
}

/** Whether the first line is a whole record by itself. */
async function isRecordALine(input: Source): Promise<boolean> {
  const start = Buffer.from(await input.read(0, Math.min(input.size, most.lineBytes)));
  const from = start.findIndex((byte) => byte > 0x20);
  const end = start.indexOf(0x0a, Math.max(0, from));
  const first = parseBoundedJson(start.subarray(Math.max(0, from), end < 0 ? undefined : end), recordBounds);
  return first.ok && typeof first.value === 'object' && !Array.isArray(first.value);
}

/** One record, or a list of them. */
async function* fromDocument(input: Source): AsyncGenerator<JsonOutcome> {
  if (input.size > most.documentBytes) {
    const message = `Expected one JSON text of at most ${most.documentBytes} bytes, found ${input.size}: give larger data as a zip, or a record a line.`;
    throw new FettleError('too-large', message);
  }
  const parsed = parseBoundedJson(await input.read(0, input.size), documentBounds);
  if (!parsed.ok || !Array.isArray(parsed.value)) {
    yield parsed;
    return;
  }
  const records: readonly unknown[] = parsed.value;
  for (const value of records) yield { ok: true, value };
}
