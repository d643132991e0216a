import type { WalkedEntry, WalkedFile } from '@fettle/images';
import type { GateDocument } from '../core/gate.ts';
import { contentsLimits } from './settings.ts';

/**
 * The list of everything in an image: one JSON object a line, sorted by place. Memory: 24 MiB of lines; what is
 * beyond is counted, not kept.
 */
export class Inventory {
  readonly #lines = new Map<string, string>();
  #bytes = 0;
  #leftOut = 0;
  #entries = 0;
  #files = 0;

  entry(entry: WalkedEntry): void {
    this.#entries += 1;
    if (entry.kind === 'file') this.#files += 1;
    this.#put(entry.place, lineOf(entry, undefined));
  }

  /** Comes after the same file's `entry`, and adds its hash. */
  file(file: WalkedFile): void {
    if (this.#lines.has(file.place)) this.#put(file.place, lineOf(file, file.sha256));
  }

  get entries(): number {
    return this.#entries;
  }

  get files(): number {
    return this.#files;
  }

  get isComplete(): boolean {
    return this.#leftOut === 0;
  }

  document(): GateDocument {
    const places = [...this.#lines.keys()].sort();
    const lines = places.map((place) => `${this.#lines.get(place) ?? ''}\n`);
    if (this.#leftOut > 0) lines.push(`${JSON.stringify({ leftOut: this.#leftOut })}\n`);
    return { kind: 'inventory', mediaType: 'application/x-ndjson', bytes: Buffer.from(lines.join('')) };
  }

  /** A name that comes twice in an archive is the later one, as when it is unpacked. */
  #put(place: string, line: string): void {
    const before = this.#lines.get(place);
    const grown = Buffer.byteLength(line) + 1 - (before === undefined ? 0 : Buffer.byteLength(before) + 1);
    if (this.#bytes + grown > contentsLimits.inventoryBytes) {
      if (before === undefined) this.#leftOut += 1;
      return;
    }
    this.#bytes += grown;
    this.#lines.set(place, line);
  }
}

function lineOf(entry: WalkedEntry, sha256: string | undefined): string {
  const { place, kind, sizeBytes, mode, userId, groupId, linkTarget } = entry;
  return JSON.stringify({
    place,
    kind,
    ...(kind === 'file' ? { sizeBytes } : {}),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(mode === null ? {} : { mode: mode.toString(8).padStart(4, '0') }),
    ...(userId === null ? {} : { userId }),
    ...(groupId === null ? {} : { groupId }),
    ...(linkTarget === undefined ? {} : { linkTarget }),
  });
}
