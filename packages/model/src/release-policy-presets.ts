import type { GateDemand, ReleasePolicy } from './release-policy.ts';

export const policyPresets = ['standard', 'strict', 'regulated'] as const;
export type PolicyPreset = (typeof policyPresets)[number];

export const policyPresetSummaries: Readonly<Record<PolicyPreset, string>> = {
  standard:
    'contents, signature, secrets, SBOM and hardening; vulnerabilities as far as data are imported; no approvals',
  strict: 'every gate, provenance too; data of at most 14 days; one person signs that it was tested',
  regulated: 'as strict, and two different people sign: one that it was tested, one that it is released',
};

const basics: readonly GateDemand[] = [
  { gate: 'contents', when: 'pass' },
  { gate: 'signature', when: 'pass' },
  { gate: 'secrets', when: 'pass' },
];
/** Debug builds are not stripped and have no SBOM: a bench does not need what the field does. */
const onTheBench: readonly GateDemand[] = basics.filter(({ gate }) => gate !== 'signature');
const everything: readonly GateDemand[] = [
  ...basics,
  { gate: 'sbom', when: 'pass' },
  { gate: 'vulnerabilities', when: 'pass' },
  { gate: 'hardening', when: 'pass' },
  { gate: 'provenance', when: 'pass' },
];
const noWaivers = { keys: [], threshold: 1 } as const;
const fresh = { vulnerabilities: { maxAgeDays: 14 } } as const;
const tested = { meaning: 'tested', role: 'qa', count: 1 } as const;
const released = { meaning: 'released', role: 'release-manager', count: 1 } as const;

const table: Readonly<Record<PolicyPreset, ReleasePolicy>> = {
  standard: {
    stages: [
      { stage: 'development', groups: [], demands: onTheBench, approvals: [] },
      {
        stage: 'production',
        groups: [],
        demands: [
          ...basics,
          // An image of which nothing is known yet, or for which no data are imported, is told of and not stopped.
          { gate: 'sbom', when: 'open.critical + open.high == 0' },
          { gate: 'vulnerabilities', when: 'open.critical == 0' },
          { gate: 'hardening', when: 'open.critical == 0' },
        ],
        approvals: [],
      },
    ],
    settings: {},
    waivers: noWaivers,
    onNewFindings: 'alert',
  },
  strict: {
    stages: [
      { stage: 'development', groups: [], demands: onTheBench, approvals: [] },
      { stage: 'staging', groups: [], demands: everything, approvals: [] },
      { stage: 'production', groups: [], demands: everything, approvals: [tested] },
    ],
    settings: fresh,
    waivers: noWaivers,
    onNewFindings: 'alert',
  },
  regulated: {
    stages: [
      { stage: 'development', groups: [], demands: onTheBench, approvals: [] },
      { stage: 'staging', groups: [], demands: everything, approvals: [] },
      { stage: 'production', groups: [], demands: everything, approvals: [tested, released] },
    ],
    settings: fresh,
    waivers: noWaivers,
    onNewFindings: 'hold',
  },
};

/** A policy to begin with. */
export function presetPolicy(name: PolicyPreset): ReleasePolicy {
  return table[name];
}
