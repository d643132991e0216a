/** What the gate can tell policies, by name. */
export const sbomFacts = {
  components: 'Pieces of software in the image, however they were found.',
  packages: 'Components out of package databases.',
  stringComponents: 'Components of low trust: only texts in programs tell of them.',
  unknownFiles: 'Programs that belong to no package and tell nothing of themselves.',
  distribution: 'Id and version of the outermost distribution, `debian-12`; empty when there is none.',
  coverage:
    'Share of the bytes of executable files that a package explains, 0 to 1; null when there are no such files.',
  suppliedSboms: 'SBOMs that came with the release and were valid.',
  suppliedInvalid: 'SBOMs that came with the release and were refused.',
  suppliedFormats: 'Forms of the valid ones: `cyclonedx-1.6`, `spdx-2.3`.',
  missingFromSupplied: 'Components that were found in the image and that the supplied SBOMs do not tell of.',
  extraInSupplied: 'Components that the supplied SBOMs tell of and that were not found.',
  otherVersions: 'Components whose version differs between the supplied SBOMs and the image.',
  withoutSupplier: 'Components whose supplier is unknown.',
  withoutVersion: 'Components whose version is unknown, programs that tell nothing of themselves not counted.',
  withoutLicence: 'Components whose licence is unknown.',
  withoutDependencies: 'Whether nothing is known of what depends on what.',
  minimumContent:
    'Whether every component has supplier, name, version, unique id and dependency relation, and the SBOM an author and a time.',
  unreadDatabases: 'Package databases that could not be read, or only in part.',
  unseenParts: 'Parts of the image that could not be opened.',
} as const;
export type SbomFact = keyof typeof sbomFacts;
