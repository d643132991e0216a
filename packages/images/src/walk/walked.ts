import type { Source } from '../source.ts';

/** What a walk can open. `raw`: bytes of no known kind, which are looked through for file systems at any offset. */
export const walkFormats = [
  'squashfs',
  'ext',
  'cpio',
  'tar',
  'zip',
  'gzip',
  'xz',
  'lzma',
  'zstd',
  'lz4',
  'bzip2',
  'lzop',
  'ar',
  'uf2',
  'fit',
  'uimage',
  'elf',
  'intel-hex',
  's-record',
  'mcuboot',
  'esp32',
  'android-boot',
  'ubi',
  'raw',
] as const;
export type WalkFormat = (typeof walkFormats)[number];

/** Something that holds other things: a file system, an archive, a compressed wrapper, the image itself. */
export interface WalkedLayer {
  /** Counts from 0, the image itself, in the order in which they are met. */
  readonly id: number;
  readonly parent: number | null;
  readonly format: WalkFormat;
  /**
   * Where it lies: `` for the image itself, else the place in its parent, with `!` after each layer that was entered:
   * `rootfs.squashfs!`, `rootfs.squashfs!lib/firmware.tar!`, `@0x40000!` for what was found at an offset.
   */
  readonly place: string;
  readonly sizeBytes: number;
}

export type EntryKind = 'file' | 'folder' | 'link' | 'device' | 'pipe' | 'socket';

/** One name in a layer. */
export interface WalkedEntry {
  readonly layer: WalkedLayer;
  /** Inside the layer, `/` between parts, none at either end, never `.` or `..`: `etc/shadow`; `` for the layer's own bytes. */
  readonly path: string;
  /** `layer.place` and `path` together: what findings name. */
  readonly place: string;
  readonly kind: EntryKind;
  /** The lower 12 bits: permissions, set-user-id, set-group-id, sticky. Null where the format has none. */
  readonly mode: number | null;
  readonly userId: number | null;
  readonly groupId: number | null;
  readonly sizeBytes: number;
  /** Of a `link`, as it stands there; it is never followed. */
  readonly linkTarget?: string | undefined;
}

/** A file's content: of formats without files (an ELF, a raw dump) the layer itself is presented as one file. */
export interface WalkedFile extends WalkedEntry {
  /** Hex SHA-256 of the content. */
  readonly sha256: string;
  /** Good until the visitor's promise resolves. */
  readonly content: Source;
  /** The whole content, for files of at most `walkLimits.wholeFileBytes`; undefined for larger ones. */
  readonly bytes: Uint8Array | undefined;
  /** Whether the content is a container that the walk enters next: its parts are presented by themselves. */
  readonly isContainer: boolean;
}

/** Takes what a walk meets, in order; each call is waited for. */
export interface Visitor {
  layer?(layer: WalkedLayer): void | Promise<void>;
  /** Every name: files, before `file` is called for them, and all others. */
  entry?(entry: WalkedEntry): void | Promise<void>;
  /** Every file with its content; hard links to the same content are presented once with content, the others as entries. */
  file?(file: WalkedFile): void | Promise<void>;
}

/** Each with what it means, as docs/images.md has it. */
export const walkProblemCodes = {
  malformed: 'it is damaged, cut off, or contradicts itself',
  'leads-out':
    'a path has a part `..`, which can lead out of its layer; it was taken as inside, and nothing was left out',
  unsupported: 'it was recognised, and this form of it is not read',
  encrypted: 'it is encrypted: what it holds cannot be seen',
  'too-deep': 'layers within layers, folders within folders or parts of a path beyond what is entered',
  'too-many': 'more layers, entries, members, parts or hard links than are read',
  'too-large': 'more bytes or more work than the bounds allow: of one field, path or file, or of everything together',
  'too-compressed': 'far more bytes came out of a layer than went in: what follows in it was not read',
} as const;
export type WalkProblemCode = keyof typeof walkProblemCodes;

/** Why a part was not looked into, or only in part. */
export interface WalkProblem {
  readonly code: WalkProblemCode;
  readonly place: string;
  /** What was expected, what was found. */
  readonly message: string;
  /** The layer itself is broken there, not what one file holds: how much that hides is not known. */
  readonly hidesUnknown?: true;
}

export interface WalkResult {
  readonly layers: number;
  readonly entries: number;
  /** Bytes that came out of all layers together. */
  readonly bytes: number;
  /** At most `walkLimits.problems`; empty when everything was seen. */
  readonly problems: readonly WalkProblem[];
}

/** Where the content of layers goes that are too large to hold: temporary files in a program, memory in a test. */
export interface Scratch {
  create(): Promise<ScratchFile>;
}
export interface ScratchFile {
  /** Appends; the bytes may be used again when it resolves. */
  append(bytes: Uint8Array): Promise<void>;
  /** Everything that was appended. */
  source(): Source;
  discard(): Promise<void>;
}
