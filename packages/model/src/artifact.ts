import type { ComponentName, DeviceType, Digest } from './ids.ts';

export const artifactKinds = ['image', 'delta', 'bundle'] as const;
export type ArtifactKind = (typeof artifactKinds)[number];

/** One immutable file, named by its SHA-256. */
export interface Artifact {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** The place of an artifact in a release: what it is for. */
export interface ReleaseArtifact extends Artifact {
  readonly deviceType: DeviceType;
  readonly component: ComponentName;
  readonly kind: ArtifactKind;
  /** Hardware revisions it is made for; empty for every one of the device type. */
  readonly hardware: readonly string[];
}
