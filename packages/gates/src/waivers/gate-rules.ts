import type { ReleaseGate } from '@fettle/model';
import { contentsRules } from '../contents/rules.ts';
import { hardeningRules } from '../hardening/rules.ts';
import { provenanceRules } from '../provenance/rules.ts';
import { sbomRules } from '../sbom/rules.ts';
import { secretRuleNames } from '../secrets/rule-names.ts';
import { signatureRules } from '../signature/rules.ts';

/** Every rule that a gate can find something by; null where it is the id of whatever was found. */
export const gateRules: Readonly<Record<ReleaseGate, readonly string[] | null>> = {
  contents: contentsRules,
  signature: signatureRules,
  secrets: secretRuleNames,
  sbom: sbomRules,
  vulnerabilities: null,
  hardening: hardeningRules,
  provenance: provenanceRules,
};

/** `CVE-2026-1234`, `GHSA-…`, `openSUSE-SU-2026:1-1`: letters first, then parts. */
const vulnerabilityId = /^[A-Za-z][A-Za-z0-9]{1,30}(?:[-:._][A-Za-z0-9]{1,40}){1,10}$/;

/**
 * Why a waiver could never cover anything: no gate finds by that rule.
 * @returns one sentence that names those that are near, or undefined for a rule that there is
 */
export function ruleProblem(gate: ReleaseGate, rule: string): string | undefined {
  const rules = gateRules[gate];
  if (rules === null) {
    if (vulnerabilityId.test(rule)) return undefined;
    return `Expected the id of a vulnerability such as CVE-2026-1234 as rule of the gate ${gate}, found "${cut(rule)}".`;
  }
  if (rules.includes(rule)) return undefined;
  return `The gate ${gate} has no rule "${cut(rule)}"; near it: ${nearest(rules, rule).join(', ')}.`;
}

const mostNamed = 3;

function cut(rule: string): string {
  return rule.slice(0, 80);
}

function nearest(rules: readonly string[], rule: string): readonly string[] {
  const wanted = pairsOf(rule);
  const likeness = (name: string) => {
    const pairs = pairsOf(name);
    const common = [...pairs].filter((pair) => wanted.has(pair)).length;
    return (2 * common) / (pairs.size + wanted.size);
  };
  return rules
    .map((name) => [name, likeness(name)] as const)
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostNamed)
    .map(([name]) => name);
}

/** Neighbouring characters: what two names have in common of them says how alike they are. */
function pairsOf(text: string): ReadonlySet<string> {
  const known = ` ${text.slice(0, 80).toLowerCase()} `;
  return new Set(Array.from({ length: known.length - 1 }, (_, at) => known.slice(at, at + 2)));
}
