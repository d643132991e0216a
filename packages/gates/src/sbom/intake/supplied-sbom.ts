import type { ComponentEvidence, SoftwareComponent } from '../component.ts';

/** What an SBOM that somebody supplied says. */
export interface SuppliedSbom {
  readonly format: 'cyclonedx' | 'spdx';
  readonly specVersion: string;
  readonly components: readonly SoftwareComponent[];
  /** People, companies or tools that made it; empty when it does not say. */
  readonly authors: readonly string[];
  /** As it is written there. */
  readonly timestamp: string | undefined;
  /** Whether it says what depends on what, at all. */
  readonly hasDependencies: boolean;
}

export type SbomReading =
  | { readonly kind: 'read'; readonly sbom: SuppliedSbom }
  /** Why nothing of it may be used, in sentences. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

export const suppliedEvidence: ComponentEvidence = { method: 'supplied', place: '', confidence: 0.9 };
