import { type ReleaseGate, releaseGates } from '@fettle/model';
import { contentsFacts } from '../contents/facts.ts';
import { contentsSettingsProblem } from '../contents/settings-problem.ts';
import { hardeningFacts } from '../hardening/facts.ts';
import { hardeningSettingsProblem } from '../hardening/settings-problem.ts';
import { provenanceFacts } from '../provenance/facts.ts';
import { provenanceSettingsProblem } from '../provenance/read-settings.ts';
import { sbomFacts } from '../sbom/sbom-facts.ts';
import { sbomSettingsProblem } from '../sbom/sbom-settings.ts';
import { secretsFacts } from '../secrets/facts.ts';
import { secretsSettingsProblem } from '../secrets/settings-problem.ts';
import { signatureFacts } from '../signature/settings.ts';
import { signatureSettingsProblem } from '../signature/settings-problem.ts';
import { vulnerabilityFacts } from '../vulnerabilities/check/facts.ts';
import { vulnerabilitySettingsProblem } from '../vulnerabilities/check/settings.ts';

/** What policies can ask of one gate, and how its settings are read. */
interface GateRow {
  /** Name of a fact → what it says. */
  readonly facts: Readonly<Record<string, string>>;
  /** @returns what is wrong with settings in one sentence; undefined when they can be used */
  readonly settingsProblem: (given: Readonly<Record<string, unknown>>) => string | undefined;
}

/** Every gate; the page of policies is made from it. */
export const gateTable: Readonly<Record<ReleaseGate, GateRow>> = {
  contents: { facts: contentsFacts, settingsProblem: contentsSettingsProblem },
  signature: { facts: signatureFacts, settingsProblem: signatureSettingsProblem },
  secrets: { facts: secretsFacts, settingsProblem: secretsSettingsProblem },
  sbom: { facts: sbomFacts, settingsProblem: sbomSettingsProblem },
  vulnerabilities: { facts: vulnerabilityFacts, settingsProblem: vulnerabilitySettingsProblem },
  hardening: { facts: hardeningFacts, settingsProblem: hardeningSettingsProblem },
  provenance: { facts: provenanceFacts, settingsProblem: provenanceSettingsProblem },
};

/** The facts that expressions about a gate may ask for. */
export function factNames(gate: ReleaseGate): readonly string[] {
  return Object.keys(gateTable[gate].facts);
}

/** @returns what is wrong with the settings of a gate, in one sentence */
export function settingsProblem(gate: string, given: Readonly<Record<string, unknown>>): string | undefined {
  const known = releaseGates.find((one) => one === gate);
  if (!known) return `there is no gate ${gate.slice(0, 40)}; there are ${releaseGates.join(', ')}`;
  return gateTable[known].settingsProblem(given);
}
