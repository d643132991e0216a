export { fingerprintOf, worstFirst } from './core/findings.ts';
export type {
  Candidate,
  Collector,
  FactValue,
  GateContext,
  GateDocument,
  GateInput,
  GateReport,
  UndeclaredPart,
} from './core/gate.ts';
export { gateLimits } from './core/gate-limits.ts';
export { type Distrust, dataDistrust } from './policy/data-distrust.ts';
export { askDemand, type DemandSubject, demandProblem, longestDemand } from './policy/demand.ts';
export { factNames, gateTable, settingsProblem } from './policy/gate-table.ts';
export { judgeStages } from './policy/judge-stages.ts';
export {
  type GivenKeys,
  type GivenPolicy,
  type GivenStage,
  type PolicyProblem,
  policyProblem,
} from './policy/policy-problem.ts';
export { noProvenance, provenanceSettings } from './provenance/read-settings.ts';
export type {
  ComponentEvidence,
  ComponentType,
  EvidenceMethod,
  SoftwareComponent,
  SoftwareInventory,
} from './sbom/component.ts';
export { componentTypes, evidenceMethods, inventoryKind } from './sbom/component.ts';
export { type PurlParts, readPurl, writePurl } from './sbom/inventory/purl.ts';
export { gatePredicatePrefix, predicateOfGate } from './statements/gate-predicate.ts';
export type { DataSetHeader } from './vulnerabilities/data/data-set.ts';
export {
  type DataSetVerdict,
  dataSetPredicate,
  dataSetStatement,
  type NamedDataSet,
  verifyDataSet,
} from './vulnerabilities/data/data-set-statement.ts';
export {
  type Believed,
  believedBy,
  countedSets,
  type DataTrust,
  refusalOf,
} from './vulnerabilities/data/data-trust.ts';
export { type EnvelopeReading, joinSignatures, readDataSetEnvelope } from './vulnerabilities/data/join-signatures.ts';
export { openDataSet } from './vulnerabilities/data/open-data-set.ts';
export { openStoredSet } from './vulnerabilities/data/open-stored-set.ts';
export { ecosystemLabel, packageKey } from './vulnerabilities/ecosystem.ts';
export { type Lookup, lookupsOf } from './vulnerabilities/match/lookups.ts';
export { findExcess } from './vulnerabilities/reading/bounded-json.ts';
export {
  judgeVex,
  type VexFlaw,
  type VexQuestion,
  type VexVerdict,
  vexFlaws,
} from './vulnerabilities/vex/judge-vex.ts';
export { gateRules, ruleProblem } from './waivers/gate-rules.ts';
export { covers, longestWaiverMs, readWaiver, type Waiver, waiverFrom, waiverPredicate } from './waivers/waiver.ts';
