import { FettleError } from '@fettle/model';
import {
  type Hash,
  type HashReader,
  hashesAtLevel,
  splitTile,
  type TreeEdge,
  tileHashReader,
  tileWidth,
} from '@fettle/trust';
import type { AuditLogReads } from './log-store.ts';

/** Reads hashes of a log as the database has it. */
export function logHashReader(reads: AuditLogReads, log: number, size: number): HashReader {
  return tileHashReader(size, (place) => readTileHashes(reads, log, place));
}

/** The hashes of a tile: whole ones lie there, others are what entries and tiles one level down have. */
export async function readTileHashes(
  reads: AuditLogReads,
  log: number,
  { level, index, width }: { readonly level: number; readonly index: number; readonly width: number },
): Promise<readonly Hash[]> {
  if (width < tileWidth) return partHashes(reads, log, { level, from: index * tileWidth, count: width });
  const [tile] = await reads.logTiles(log, level, { from: index, count: 1 });
  const hashes = tile && splitTile(Buffer.from(tile.hashes, 'base64'), tileWidth);
  if (!hashes) throw damaged(`Tile ${index} of level ${level}`);
  return hashes;
}

/** The right edge of a log, to go on from. */
export async function readEdge(reads: AuditLogReads, log: number, size: number): Promise<TreeEdge> {
  const levels: (readonly Hash[])[] = [];
  for (let level = 0; hashesAtLevel(level, size) > 0; level++) {
    const all = hashesAtLevel(level, size);
    const count = all % tileWidth;
    levels.push(count === 0 ? [] : await partHashes(reads, log, { level, from: all - count, count }));
  }
  return { size, levels };
}

interface Part {
  readonly level: number;
  readonly from: number;
  readonly count: number;
}

async function partHashes(reads: AuditLogReads, log: number, { level, from, count }: Part): Promise<readonly Hash[]> {
  const range = { from, count };
  const texts = level === 0 ? await reads.logLeaves(log, range) : await reads.tileRoots(log, level - 1, range);
  if (texts.length !== count) throw damaged(`${count} hashes of level ${level} from ${from} on`);
  return texts.map((text) => Buffer.from(text, 'base64'));
}

function damaged(what: string): FettleError {
  return new FettleError('internal', `${what} should be in the audit log, but the database does not have it.`);
}
