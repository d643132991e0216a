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
export { importEpss, type Likelihood, likelihoodIn } from './vulnerabilities/imports/import-epss.ts';
export { type Exploited, exploitedIn, importKev } from './vulnerabilities/imports/import-kev.ts';
export type { ImportOptions } from './vulnerabilities/imports/import-options.ts';
export { importOsv } from './vulnerabilities/imports/import-osv.ts';
export { importVex, statementsIn } from './vulnerabilities/imports/import-vex.ts';
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
export { readSuppliedVex } from './vulnerabilities/vex/read-supplied-vex.ts';
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
