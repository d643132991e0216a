import type { ImageFormat } from '@fettle/images';
import type { Digest } from '@fettle/model';

/** What a fleet says of its images, and what the server knows of earlier ones. */
export interface ContentsSettings {
  /** The format that images of a component have to have, by component. */
  readonly formats?: Readonly<Record<string, ImageFormat>> | undefined;
  /** Bytes of the slot that an image is installed to, by component. */
  readonly slotBytes?: Readonly<Record<string, number>> | undefined;
  /**
   * How images name the hardware of a device type (`esp32-c3`, `raspberrypi,4-model-b`), by device type. An image that
   * names other hardware is refused; where nothing is listed, it is only told of.
   */
  readonly hardwareIds?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Whether a version that the image states has to be the release's: yes when left out. */
  readonly sameVersion?: boolean | undefined;
  /** Earlier releases with their artifacts: those of this digest matter. */
  readonly publishedAs?: readonly PublishedArtifact[] | undefined;
  /** Share of the artifact, 0 to 1, that may lie in parts that could not be looked into: 0.05. */
  readonly hiddenShare?: number | undefined;
}

export interface PublishedArtifact {
  readonly version: string;
  readonly digest: Digest;
}

export const contentsDefaults = { hiddenShare: 0.05 } as const;

export const contentsLimits = {
  /** Of the lines of the inventory; what is beyond is counted. */
  inventoryBytes: 25_165_824,
  /** Sizes that are kept until the walk tells what it could not look into. */
  sizes: 20_000,
  /** Smaller files hide too little to matter. */
  leastSizeKept: 4_096,
  placeCharacters: 1_024,
} as const;
