import type { SuppliedDocument } from './supplied-documents.ts';

/** What the publisher says of a release's SBOM. */
export interface SbomSettings {
  /** Who publishes: author of the document, supplier of the firmware. */
  readonly supplier: string;
  /** Version of this program, which the document names as its tool. */
  readonly toolVersion: string;
  /** Default 1.6. */
  readonly cyclonedx?: '1.6' | '1.7' | undefined;
  /** A UUID; by default one made of the artifact's digest, which a later check of the same artifact gets again. */
  readonly serialNumber?: string | undefined;
  /** SBOMs that came with the release. */
  readonly supplied?: readonly SuppliedDocument[] | undefined;
}

/** @returns what is wrong with settings of a policy file, in one sentence; the rest of the settings comes from the server */
export function sbomSettingsProblem(given: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(given)) {
    if (name !== 'supplier' && name !== 'cyclonedx') {
      return `there is no setting ${name.slice(0, 40)} of sbom; there are supplier, cyclonedx`;
    }
    if (name === 'cyclonedx' && value !== '1.6' && value !== '1.7') return 'sbom.cyclonedx is 1.6 or 1.7, as a text';
    if (name === 'supplier' && !(typeof value === 'string' && value.length > 0 && value.length <= 200)) {
      return 'sbom.supplier is a name';
    }
  }
  return undefined;
}
