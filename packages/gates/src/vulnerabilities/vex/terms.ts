import type { VexJustification, VexStatus } from './vex-statement.ts';

/** `analysis.state`. @source CycloneDX 1.6, impactAnalysisState */
export const cycloneDxStates: Readonly<Record<string, VexStatus>> = {
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under_investigation',
  false_positive: 'not_affected',
  not_affected: 'not_affected',
};

/** `analysis.justification`. @source CycloneDX 1.6, impactAnalysisJustification */
export const cycloneDxJustifications: Readonly<Record<string, VexJustification>> = {
  code_not_present: 'vulnerable_code_not_present',
  code_not_reachable: 'vulnerable_code_not_in_execute_path',
  requires_configuration: 'vulnerable_code_cannot_be_controlled_by_adversary',
  requires_dependency: 'component_not_present',
  requires_environment: 'vulnerable_code_cannot_be_controlled_by_adversary',
  protected_by_compiler: 'inline_mitigations_already_exist',
  protected_at_runtime: 'inline_mitigations_already_exist',
  protected_at_perimeter: 'inline_mitigations_already_exist',
  protected_by_mitigating_control: 'inline_mitigations_already_exist',
};

/** `product_status`; null says nothing about being affected. @source CSAF 2.0 §3.2.3.9 */
export const csafStatuses: Readonly<Record<string, VexStatus | null>> = {
  first_affected: 'affected',
  first_fixed: 'fixed',
  fixed: 'fixed',
  known_affected: 'affected',
  known_not_affected: 'not_affected',
  last_affected: 'affected',
  recommended: null,
  under_investigation: 'under_investigation',
};

/** `flags[].label`. @source CSAF 2.0 §3.2.3.5 */
export const csafFlags: Readonly<Record<string, VexJustification>> = {
  component_not_present: 'component_not_present',
  inline_mitigations_already_exist: 'inline_mitigations_already_exist',
  vulnerable_code_cannot_be_controlled_by_adversary: 'vulnerable_code_cannot_be_controlled_by_adversary',
  vulnerable_code_not_in_execute_path: 'vulnerable_code_not_in_execute_path',
  vulnerable_code_not_present: 'vulnerable_code_not_present',
};

/** Looks a foreign word up; undefined when the table does not have it. */
export function translate<T>(table: Readonly<Record<string, T>>, word: unknown): T | undefined {
  return typeof word === 'string' && Object.hasOwn(table, word) ? table[word] : undefined;
}
