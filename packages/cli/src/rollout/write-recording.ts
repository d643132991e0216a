import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip, createZstdCompress } from 'node:zlib';
import type { RecordingLineView } from '@fettle/api';

export interface Written {
  readonly devices: number;
  readonly decisions: number;
}

/**
 * Writes the lines of a recording to a file that must not exist yet, as they come: no more than a page of them is in
 * memory. A file that could not be finished is taken away.
 */
export async function writeRecording(lines: AsyncIterable<RecordingLineView>, file: string): Promise<Written> {
  const counts = { devices: 0, decisions: 0 };
  const pack = file.endsWith('.gz') ? createGzip() : createZstdCompress();
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  let isOurs = false;
  target.once('open', () => {
    isOurs = true;
  });
  try {
    await pipeline(() => textOf(lines, counts), pack, target);
  } catch (error) {
    if (isOurs) await rm(file, { force: true });
    throw error;
  }
  return counts;
}

async function* textOf(
  lines: AsyncIterable<RecordingLineView>,
  counts: { devices: number; decisions: number },
): AsyncGenerator<string> {
  for await (const line of lines) {
    if (line.kind === 'device') counts.devices++;
    else if (line.kind === 'decision') counts.decisions++;
    yield `${JSON.stringify(line)}\n`;
  }
  yield `${JSON.stringify({ kind: 'end', ...counts })}\n`;
}
