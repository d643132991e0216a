import type { Source } from '../../source.ts';
import type { EntryKind, WalkedLayer } from '../walked.ts';
import type { PartReader } from './part-reader.ts';

/** What a layer says of one name. */
export interface EntryFacts {
  /** As in `WalkedEntry`: see `pathOf`. */
  readonly path: string;
  readonly kind: EntryKind;
  readonly mode: number | null;
  readonly userId: number | null;
  readonly groupId: number | null;
  readonly sizeBytes: number;
  readonly linkTarget?: string | undefined;
}

export type FileFacts = Omit<EntryFacts, 'kind' | 'linkTarget'>;

/** How a file's bytes are had: at any offset without work, or once from the start to the end. */
export type Content =
  | { readonly kind: 'range'; readonly source: Source }
  | { readonly kind: 'stream'; readonly chunks: AsyncIterable<Uint8Array> };

/** One layer that is being walked: where its bytes are, and where its parts go. */
export interface OpenLayer {
  readonly layer: WalkedLayer;
  readonly reader: PartReader;
  readonly source: Source;
  /** Whether files of no known kind in it may be images of whole devices: they are looked through. */
  readonly looksThrough: boolean;
  /** A name without content. */
  entry(facts: EntryFacts): Promise<void>;
  /** A file: its bytes are counted, hashed, presented and entered. What is wrong with them becomes a problem of this file. */
  file(facts: FileFacts, content: Content): Promise<void>;
  /** A file in which file systems and images are looked for at any offset, unless it is of a known kind. */
  part(path: string, content: Content, sizeBytes: number): Promise<void>;
  /** Tells why something at `path` was not seen; errors that are not the image's fault are thrown again. */
  problem(path: string, error: unknown): void;
}

/**
 * Presents everything in a layer.
 * @returns the offset after its last byte; null when all bytes are its own
 */
export type Opener = (open: OpenLayer) => Promise<number | null>;

/** A part of an image, without owner and mode. */
export function partFacts(path: string, sizeBytes: number): FileFacts {
  return { path, mode: null, userId: null, groupId: null, sizeBytes };
}
