import type { Problem } from './reading/malformed.ts';

/** Formats that are recognised by their content; `raw` is everything else. */
export const imageFormats = [
  'mcuboot',
  'mcuboot-v1',
  'esp32',
  'fit',
  'device-tree',
  'uimage',
  'uefi-capsule',
  'cabinet',
  'uf2',
  'dfu',
  'rauc',
  'swupdate',
  'mender',
  'android-boot',
  'avb-vbmeta',
  'avb-footer',
  'suit',
  'elf',
  'intel-hex',
  's-record',
  'squashfs',
  'ext',
  'cpio',
  'gzip',
  'xz',
  'zstd',
  'raw',
] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** One hash or checksum that the image says about itself, compared with its bytes. */
export interface HashFinding {
  readonly what: string;
  readonly algorithm: string;
  readonly ok: boolean;
}

/**
 * `ok`: verifies with a key that was given. `unknown-key`: made with a key that was not given, or nothing says which.
 * `bad`: does not verify, or covers too little. `unchecked`: of a kind that we do not check, or over encrypted bytes.
 */
export type SignatureVerdict = 'ok' | 'unknown-key' | 'bad' | 'unchecked';

export interface SignatureFinding {
  /** The part that is signed: `image`, or `configurations/NAME` in a FIT. */
  readonly what: string;
  readonly algorithm: string;
  /** Hex SHA-256 of the SubjectPublicKeyInfo, as everywhere else; null where the key is not known. */
  readonly keyId: string | null;
  /** How the image itself names the key: a hash in hex or a name; null where it does not. */
  readonly keyHint: string | null;
  readonly verdict: SignatureVerdict;
}

export interface Layer {
  readonly format: ImageFormat;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** What an image says about itself and what of that is true. Texts are printable. */
export interface Inspection {
  readonly format: ImageFormat;
  readonly version?: string;
  /** What tells this build from others of the same version: a build number, id or time. */
  readonly build?: string;
  readonly description?: string;
  /** The anti-downgrade counter that the boot loader enforces. */
  readonly counter?: number;
  /** Empty when the format names no hardware. */
  readonly hardwareIds: readonly string[];
  readonly hashes: readonly HashFinding[];
  readonly signatures: readonly SignatureFinding[];
  /** Parts that a boot loader could start and that carry no signature. */
  readonly unsigned: readonly string[];
  readonly encrypted: boolean;
  /** Outermost first. */
  readonly layers: readonly Layer[];
  readonly warnings: readonly string[];
  /** Set when the image could not be read to its end: then nothing else than format and size is claimed. */
  readonly problem?: Problem;
}

/** What the reader of one format finds out; the rest is the same for all. */
export type Findings = Partial<Omit<Inspection, 'format' | 'layers' | 'problem'>> & {
  /** Where something else may lie inside, to be recognised as a layer. */
  readonly inner?: readonly { readonly offset: number; readonly sizeBytes: number }[];
};
