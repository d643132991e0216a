import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { FettleError } from '@fettle/model';
import { readHeader, readLine, writeLine } from './format.ts';
import {
  type RecordedAct,
  type RecordedDecision,
  type RecordedDevice,
  type RecordedFleet,
  type Recording,
  recordingLimits,
} from './recording.ts';
import { Sharing } from './sharing.ts';

/** Writes a recording to a file that must not exist yet: packed with gzip when its name ends in `.gz`, else with zstd. */
export async function writeRecording(file: string, recording: Recording): Promise<void> {
  const pack = file.endsWith('.gz') ? createGzip() : createZstdCompress();
  await pipeline(linesOf(recording), pack, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
}

function* linesOf({ header, fleet, acts, devices, decisions }: Recording): Generator<string> {
  yield `${JSON.stringify(header)}\n`;
  yield `${writeLine({ kind: 'fleet', fleet })}\n`;
  for (const act of acts) yield `${writeLine({ kind: 'act', act })}\n`;
  for (const device of devices) yield `${writeLine({ kind: 'device', device })}\n`;
  for (const decision of decisions) yield `${writeLine({ kind: 'decision', decision })}\n`;
  yield `${writeLine({ kind: 'end', devices: devices.length, decisions: decisions.length })}\n`;
}

/**
 * Reads a recording, whoever made it: bounded in size, lines and counts.
 * @throws FettleError `invalid-input` when it is none, broken or cut off; `too-large` beyond `recordingLimits`
 */
export async function readRecording(file: string): Promise<Recording> {
  const source = createReadStream(file);
  const unpack = await unpackerOf(file);
  const bounded = new Bounded(recordingLimits.unpackedBytes);
  let recording: Recording | undefined;
  try {
    await pipeline(source, unpack, bounded, async (bytes: AsyncIterable<Buffer>) => {
      recording = await gather(splitLines(bytes));
    });
  } catch (cause) {
    if (cause instanceof FettleError) throw cause;
    const { message } = cause as Error;
    throw new FettleError('invalid-input', `${file} is no recording that can be read: ${message}.`, { cause });
  }
  return recording as Recording;
}

async function unpackerOf(file: string): Promise<Transform & Readable> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    if (buffer.readUInt32LE(0) === zstdMagic) return createZstdDecompress();
    if (buffer.readUInt16LE(0) === gzipMagic) return createGunzip();
  } finally {
    await handle.close();
  }
  throw new FettleError('invalid-input', `Expected a recording packed with zstd or gzip, found another file: ${file}.`);
}

/** @source RFC 8878 §3.1.1; RFC 1952 §2.3.1 */
const zstdMagic = 0xfd2fb528;
const gzipMagic = 0x8b1f;

class Bounded extends Transform {
  #left: number;

  constructor(most: number) {
    super();
    this.#left = most;
  }

  override _transform(chunk: Buffer, _encoding: string, done: (error: Error | null, chunk?: Buffer) => void): void {
    this.#left -= chunk.length;
    if (this.#left >= 0) done(null, chunk);
    else done(new FettleError('too-large', `A recording unpacks to at most ${recordingLimits.unpackedBytes} bytes.`));
  }
}

async function* splitLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > recordingLimits.lineLength) {
      throw new FettleError('too-large', `A line has at most ${recordingLimits.lineLength} characters.`);
    }
    yield* lines;
  }
  if (rest + decoder.decode() !== '') throw new FettleError('invalid-input', 'The recording is cut off in a line.');
}

async function gather(lines: AsyncIterable<string>): Promise<Recording> {
  let header: Recording['header'] | undefined;
  let fleet: RecordedFleet | undefined;
  let hasEnded = false;
  const acts: RecordedAct[] = [];
  const devices: RecordedDevice[] = [];
  const decisions: RecordedDecision[] = [];
  const assumptions = new Set<string>();
  const sharing = new Sharing();
  let lineNumber = 0;
  for await (const line of lines) {
    lineNumber++;
    if (hasEnded) throw new FettleError('invalid-input', `line ${lineNumber}: expected nothing after the end.`);
    if (!header) {
      header = readHeader(line);
      continue;
    }
    const read = readLine(line, lineNumber);
    if (read.kind === 'fleet') fleet = read.fleet;
    else if (read.kind === 'act') acts.push(read.act);
    else if (read.kind === 'device') devices.push(sharing.device(read.device));
    else if (read.kind === 'decision') decisions.push(read.decision);
    else if (read.kind === 'assumption') assumptions.add(read.text);
    else hasEnded = read.devices === devices.length && read.decisions === decisions.length;
    const isTooMuch = devices.length > recordingLimits.devices || decisions.length > recordingLimits.decisions;
    if (isTooMuch || assumptions.size > recordingLimits.assumptions || acts.length > recordingLimits.devices) {
      throw new FettleError('too-large', `line ${lineNumber}: the recording holds more than can be replayed.`);
    }
  }
  if (!header || !fleet || !hasEnded)
    throw new FettleError('invalid-input', 'The recording is cut off before its end.');
  const known = { ...header, assumptions: [...header.assumptions, ...assumptions] };
  return { header: known, fleet, acts: acts.sort((a, b) => a.at - b.at), devices, decisions };
}
