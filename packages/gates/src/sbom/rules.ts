/** Every rule of findings of the SBOM gate. */
export const sbomRules: readonly string[] = [
  'database-unsupported',
  'database-damaged',
  'inventory-too-large',
  'supplied-invalid',
  'component-missing',
  'component-extra',
  'component-other-version',
  'supplier-missing',
  'version-missing',
  'dependencies-missing',
  'part-unseen',
  'document-too-large',
];
