export { beginContents, contentsRulesVersion } from './contents/begin-contents.ts';
export { contentsFacts } from './contents/facts.ts';
export type { ContentsSettings, PublishedArtifact } from './contents/settings.ts';
export { contentsSettingsProblem } from './contents/settings-problem.ts';
export {
  type AllSettings,
  type GateRun,
  type GateRunResult,
  runGates,
} from './core/run-gates.ts';
export { beginHardening, hardeningRulesVersion } from './hardening/begin-hardening.ts';
export { type ElfHardening, type ElfReading, readElf } from './hardening/elf/read-elf.ts';
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
export { purlEcosystem } from './sbom/inventory/purl-ecosystem.ts';
export { type SbomFact, sbomFacts } from './sbom/sbom-facts.ts';
export { sbomLimits } from './sbom/sbom-limits.ts';
export type { SbomSettings } from './sbom/sbom-settings.ts';
export type { SuppliedDocument } from './sbom/supplied-documents.ts';
export { beginSecrets, type SecretsSettings } from './secrets/begin-secrets.ts';
export type { SecretRule } from './secrets/detector.ts';
export { secretsFacts } from './secrets/facts.ts';
export { secretFamilies } from './secrets/secret-rules.ts';
export { secretsSettingsProblem } from './secrets/settings-problem.ts';
export { checkSignature, signatureRulesVersion } from './signature/check-signature.ts';
export { type SignatureRule, type SignatureSettings, signatureFacts } from './signature/settings.ts';
export { signatureSettingsProblem } from './signature/settings-problem.ts';
