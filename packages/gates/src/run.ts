export { beginContents, contentsRulesVersion } from './contents/begin-contents.ts';
export { contentsFacts } from './contents/facts.ts';
export type { ContentsSettings, PublishedArtifact } from './contents/settings.ts';
export { contentsSettingsProblem } from './contents/settings-problem.ts';
export {
  type AllSettings,
  type GateRun,
  type GateRunResult,
  gatesVersion,
  inventoryKind,
  runGates,
} from './core/run-gates.ts';
export { beginHardening, hardeningRulesVersion } from './hardening/begin-hardening.ts';
export { type ElfHardening, type ElfReading, isElf, readElf } from './hardening/elf/read-elf.ts';
export { type EntropyMap, type EntropyRegion, mapEntropy } from './hardening/entropy/entropy-map.ts';
export { hardeningFacts } from './hardening/facts.ts';
export { type HardeningSettings, hardeningDefaults } from './hardening/settings.ts';
export { hardeningSettingsProblem } from './hardening/settings-problem.ts';
export { checkProvenance, type ProvenanceCheck } from './provenance/check-provenance.ts';
export { type ProvenanceFact, provenanceFacts } from './provenance/facts.ts';
export {
  type BuilderKey,
  type BuildIdentity,
  type CertifiedSigner,
  githubBuildType,
  type KeySigner,
  type ProvenanceSettings,
  provenanceLimits,
  type SigstoreRoot,
} from './provenance/settings.ts';
export { provenanceProblems } from './provenance/settings-problems.ts';
export { beginSbom, type SbomResult } from './sbom/begin-sbom.ts';
export { type DocumentFacts, serialNumberOf } from './sbom/documents/document-facts.ts';
export { type WrittenCyclonedx, writeCyclonedx } from './sbom/documents/write-cyclonedx.ts';
export { writeSpdx } from './sbom/documents/write-spdx.ts';
export { compareInventories, type InventoryDifference } from './sbom/intake/compare-inventories.ts';
export { mergeInventories } from './sbom/intake/merge-inventories.ts';
export { readSbom } from './sbom/intake/read-sbom.ts';
export type { SbomReading, SuppliedSbom } from './sbom/intake/supplied-sbom.ts';
export { type PurlParts, readPurl, writePurl } from './sbom/inventory/purl.ts';
export { purlEcosystem } from './sbom/inventory/purl-ecosystem.ts';
export { type SbomFact, sbomFacts } from './sbom/sbom-facts.ts';
export { sbomLimits } from './sbom/sbom-limits.ts';
export type { SbomSettings } from './sbom/sbom-settings.ts';
export type { SuppliedDocument } from './sbom/supplied-documents.ts';
export { beginSecrets, type SecretsSettings, secretsFacts } from './secrets/begin-secrets.ts';
export type { SecretRule } from './secrets/detector.ts';
export { secretFamilies } from './secrets/secret-rules.ts';
export { secretsSettingsProblem } from './secrets/settings-problem.ts';
export { checkSignature, signatureRulesVersion } from './signature/check-signature.ts';
export { type SignatureRule, type SignatureSettings, signatureFacts } from './signature/settings.ts';
export { signatureSettingsProblem } from './signature/settings-problem.ts';
export { checkVulnerabilities, type VulnerabilityCheck } from './vulnerabilities/check/check-vulnerabilities.ts';
export { type VulnerabilityFact, vulnerabilityFacts } from './vulnerabilities/check/facts.ts';
export {
  type VulnerabilitySettings,
  vulnerabilityDefaults,
  vulnerabilitySettingsProblem,
} from './vulnerabilities/check/settings.ts';
export type {
  DataOutput,
  DataSetHeader,
  ImportedDataSet,
  OpenDataSet,
} from './vulnerabilities/data/data-set.ts';
export {
  type DataSetVerdict,
  dataSetPredicate,
  dataSetStatement,
  verifyDataSet,
} from './vulnerabilities/data/data-set-statement.ts';
export { openDataSet } from './vulnerabilities/data/open-data-set.ts';
export { ecosystemLabel, packageKey } from './vulnerabilities/ecosystem.ts';
export { importEpss, type Likelihood, likelihoodIn } from './vulnerabilities/imports/import-epss.ts';
export { type Exploited, exploitedIn, importKev } from './vulnerabilities/imports/import-kev.ts';
export type { ImportOptions } from './vulnerabilities/imports/import-options.ts';
export { importOsv } from './vulnerabilities/imports/import-osv.ts';
export { importVex, statementsIn } from './vulnerabilities/imports/import-vex.ts';
export { type Lookup, lookupsOf } from './vulnerabilities/match/lookups.ts';
export { type ComponentMatch, matchComponent, matchComponents } from './vulnerabilities/match/match-components.ts';
export {
  affectedPackages,
  type ConcernedPackage,
  type NamedVulnerability,
  vulnerabilitiesNamed,
  vulnerabilitiesOf,
} from './vulnerabilities/osv/find-vulnerabilities.ts';
export type {
  AffectedPackage,
  AffectedRange,
  RangeEvent,
  SeverityScore,
  Vulnerability,
} from './vulnerabilities/osv/vulnerability.ts';
export { type Rating, rate, severityOf } from './vulnerabilities/severity/rating.ts';
export { compareVersions } from './vulnerabilities/versions/compare-versions.ts';
export {
  judgeVex,
  type VexFlaw,
  type VexQuestion,
  type VexVerdict,
  vexFlaws,
} from './vulnerabilities/vex/judge-vex.ts';
export { readVex, type VexReading } from './vulnerabilities/vex/read-vex.ts';
export {
  type VexAdoption,
  type VexFormat,
  type VexJustification,
  type VexProduct,
  type VexStatement,
  type VexStatus,
  vexFormats,
  vexJustifications,
  vexStatuses,
} from './vulnerabilities/vex/vex-statement.ts';
export { vulnerabilityLimits } from './vulnerabilities/vulnerability-limits.ts';
