import { FettleError } from '@fettle/model';
import { completeRoot, type Hash, hashBytes } from './merkle.ts';
import type { HashPlace, HashReader } from './proofs.ts';

/** Hashes, or entries, of a whole tile. @source C2SP tlog-tiles */
export const tileWidth = 256;
const levelsPerTile = 8;
/** No log gets to more levels: 256^6 is over 2^47. */
export const mostTileLevels = 6;

/** A tile of hashes (level 0: leaves; level L: roots of whole tiles one level down) or of entries. */
export interface TilePlace {
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; below 256 it is the last one of its level, as it was at some size. */
  readonly width: number;
}

/** How many hashes a level has at a size. */
export function hashesAtLevel(level: number, size: number): number {
  return Math.floor(size / tileWidth ** level);
}

/** How wide a tile is at a size; 0 when there is none. */
export function widthAt(level: number, index: number, size: number): number {
  return Math.max(0, Math.min(tileWidth, hashesAtLevel(level, size) - index * tileWidth));
}

/**
 * The path of a tile below the log's prefix, e.g. `tile/0/x001/x234/067` or `tile/entries/000.p/12`.
 * @source C2SP tlog-tiles, Merkle Tree
 */
export function tilePath({ level, index, width }: TilePlace): string {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return `tile/${level}/${groups.join('/')}${width === tileWidth ? '' : `.p/${width}`}`;
}

/** Reads a path as `tilePath` writes it; undefined for any other spelling. */
export function readTilePath(path: string): TilePlace | undefined {
  if (path.length > 60) return undefined;
  const found = /^tile\/(entries|\d)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (!found) return undefined;
  const [, kind = '', number = '', width] = found;
  const index = Number(number.replaceAll(/[x/]/g, ''));
  const level = kind === 'entries' ? kind : Number(kind);
  const place: TilePlace = { level, index, width: width === undefined ? tileWidth : Number(width) };
  const isSane = Number.isSafeInteger(index) && place.width >= 1 && place.width <= tileWidth;
  return isSane && tilePath(place) === path ? place : undefined;
}

/** The hashes in the bytes of a tile; undefined when they are not that many. */
export function splitTile(bytes: Uint8Array, width: number): readonly Hash[] | undefined {
  if (bytes.length !== width * hashBytes) return undefined;
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * hashBytes, (i + 1) * hashBytes));
}

/** Reads the hashes of a tile of level 0, 1, … */
export type ReadTile = (place: TilePlace & { readonly level: number }) => Promise<readonly Hash[]>;

/** Reads the hashes of a log of some size from its tiles, each tile once. */
export function tileHashReader(size: number, readTile: ReadTile): HashReader {
  const tiles = new Map<string, Promise<readonly Hash[]>>();
  const tileOf = ({ level, index }: HashPlace): { tile: Promise<readonly Hash[]>; from: number; count: number } => {
    const tileLevel = Math.floor(level / levelsPerTile);
    const count = 2 ** (level - tileLevel * levelsPerTile);
    const tileIndex = Math.floor((index * count) / tileWidth);
    const width = widthAt(tileLevel, tileIndex, size);
    const from = index * count - tileIndex * tileWidth;
    if (from + count > width) {
      throw new FettleError('invalid-input', `A log of ${size} entries has no hash ${index} at level ${level}.`);
    }
    const key = `${tileLevel}/${tileIndex}`;
    const tile = tiles.get(key) ?? readTile({ level: tileLevel, index: tileIndex, width });
    tiles.set(key, tile);
    return { tile, from, count };
  };
  return {
    async hashes(places) {
      const parts = places.map(tileOf);
      await Promise.all(parts.map(({ tile }) => tile));
      const found: Hash[] = [];
      for (const { tile, from, count } of parts) found.push(completeRoot(await tile, from, count));
      return found;
    },
  };
}
