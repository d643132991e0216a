/** Bounds of a walk, whatever the image says about itself. A walk that meets one goes on beside it and tells of it. */
export interface WalkLimits {
  /** Layers within layers. */
  readonly depth: number;
  readonly layers: number;
  readonly entries: number;
  /** Bytes that may come out of all layers together. */
  readonly bytes: number;
  /** Of one file or layer. */
  readonly fileBytes: number;
  /** Bytes out of a compressed layer for one byte in, beyond the first `ratioFreeBytes`. */
  readonly ratio: number;
  readonly ratioFreeBytes: number;
  readonly pathBytes: number;
  readonly pathDepth: number;
  /** Files up to here are handed over whole. */
  readonly wholeFileBytes: number;
  readonly problems: number;
}

const mib = 1_048_576;

export const walkLimits: WalkLimits = {
  depth: 8,
  layers: 65_536,
  entries: 2_000_000,
  bytes: 16_384 * mib,
  fileBytes: 8_192 * mib,
  ratio: 200,
  ratioFreeBytes: 64 * mib,
  pathBytes: 4_096,
  pathDepth: 128,
  wholeFileBytes: 32 * mib,
  problems: 200,
};
