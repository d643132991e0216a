export { fingerprintOf, worstFirst } from './core/findings.ts';
export type { Candidate, Collector, FactValue, GateContext, GateDocument, GateInput, GateReport } from './core/gate.ts';
export { gateLimits } from './core/gate-limits.ts';
export type {
  ComponentEvidence,
  ComponentType,
  EvidenceMethod,
  SoftwareComponent,
  SoftwareInventory,
} from './sbom/component.ts';
export { componentTypes, evidenceMethods } from './sbom/component.ts';
