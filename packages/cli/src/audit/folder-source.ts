import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AuditEventView, AuditLogView, AuditSaltView } from '@fettle/api';
import { readCheckpointText, readNote, tilePath, tileWidth, widthAt } from '@fettle/trust';
import type { LogSource } from './log-source.ts';

/** A folder that `exportLog` has written. */
export function folderSource(folder: string): LogSource {
  return {
    name: folder,
    log: async () => JSON.parse(await readFile(join(folder, 'log.json'), 'utf8')) as AuditLogView,
    file: (path) => readFile(join(folder, ...path.split('/'))),
    events: (after) => linesOf<AuditEventView>(join(folder, 'events.jsonl'), after),
    salts: (after) => linesOf<AuditSaltView>(join(folder, 'salts.jsonl'), after),
  };
}

async function* linesOf<T extends { readonly sequence: number }>(file: string, after: number): AsyncGenerator<T> {
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const value = JSON.parse(line) as T;
    if (value.sequence > after) yield value;
  }
}

/**
 * Writes a log as it is served, with its events and salts, into a folder that needs no server to be verified.
 * @returns how many entries
 */
export async function exportLog(source: LogSource, folder: string): Promise<number> {
  const log = await source.log();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'log.json'), `${JSON.stringify(log, null, 2)}\n`);
  const note = await copyFile(source, folder, 'checkpoint');
  const size = readCheckpointText(readNote(Buffer.from(note).toString())?.text ?? '')?.size ?? 0;
  for (const path of tilesOf(size)) await copyFile(source, folder, path);
  // What came after the checkpoint belongs to the next export.
  await writeLines(join(folder, 'events.jsonl'), source.events(log.base), log.base + size);
  await writeLines(join(folder, 'salts.jsonl'), source.salts(log.base), log.base + size);
  return size;
}

async function copyFile(source: LogSource, folder: string, path: string): Promise<Uint8Array> {
  const bytes = await source.file(path);
  const file = join(folder, ...path.split('/'));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return bytes;
}

async function writeLines(file: string, rows: AsyncIterable<{ sequence: number }>, last: number): Promise<void> {
  const out = await open(file, 'w');
  try {
    for await (const row of rows) {
      if (row.sequence > last) break;
      await out.write(`${JSON.stringify(row)}\n`);
    }
  } finally {
    await out.close();
  }
}

/** Paths of every tile at a size. */
export function* tilesOf(size: number): Generator<string> {
  for (let index = 0; index * tileWidth < size; index++) {
    yield tilePath({ level: 'entries', index, width: widthAt(0, index, size) });
  }
  for (let level = 0; widthAt(level, 0, size) > 0; level++) {
    for (let index = 0; widthAt(level, index, size) > 0; index++) {
      yield tilePath({ level, index, width: widthAt(level, index, size) });
    }
  }
}
