import type { Finding, ReleaseGate, Severity, Stage, Verdict } from './check.ts';
import { stages } from './check.ts';
import type { GroupName } from './ids.ts';

/** What one gate has to say before a release may go to a stage. */
export interface GateDemand {
  readonly gate: ReleaseGate;
  /** `pass`, or an expression in CEL over `verdict`, `open`, `waived` and `facts`. */
  readonly when: string;
}

/** People who have to sign for a release before it may go to a stage. */
export interface ApprovalDemand {
  /** What a signature says: `tested`, `released`. */
  readonly meaning: string;
  /** Who may give it. */
  readonly role: string;
  /** So many different people. */
  readonly count: number;
}

export interface StagePolicy {
  readonly stage: Stage;
  /** Groups whose devices live in this stage. */
  readonly groups: readonly GroupName[];
  readonly demands: readonly GateDemand[];
  readonly approvals: readonly ApprovalDemand[];
}

/** Keys that may sign something, and how many of them have to. */
export interface KeyDemand {
  /** SubjectPublicKeyInfo, PEM. */
  readonly keys: readonly string[];
  /** So many different keys. */
  readonly threshold: number;
}

/** What a fleet demands of releases before any device is offered one. */
export interface ReleasePolicy {
  /** From the mildest to the strictest; the last is the stage of every group that no other names. */
  readonly stages: readonly StagePolicy[];
  /** Settings of the gates themselves, as each gate reads them. */
  readonly settings: Readonly<Partial<Record<ReleaseGate, Readonly<Record<string, unknown>>>>>;
  /** Whose signed exceptions count. */
  readonly waivers: KeyDemand;
  /** Whose signed vulnerability data count; absent: all that operators imported. */
  readonly dataSets?: KeyDemand;
  /** What becomes of releases that stop meeting the demands when new data come in. */
  readonly onNewFindings: 'alert' | 'hold';
}

/** The demands that the devices of a group are under. */
export function stageOfGroup(policy: ReleasePolicy, group: GroupName): StagePolicy | undefined {
  return policy.stages.find((one) => one.groups.includes(group)) ?? policy.stages.at(-1);
}

/** Findings by severity. */
export type SeverityCounts = Readonly<Record<Severity, number>>;

/** A gate as a stage sees it: over all artifacts of a release, waivers counted in. */
export interface JudgedGate {
  readonly gate: ReleaseGate;
  readonly verdict: Verdict;
  /** One sentence: what was demanded and what was found. */
  readonly why: string;
  readonly open: SeverityCounts;
  /** Findings that a waiver covers; they stay findings. */
  readonly waived: number;
}

export interface StageVerdict {
  readonly stage: Stage;
  /** `pass` only when every demanded gate does. */
  readonly verdict: Verdict;
  readonly gates: readonly JudgedGate[];
}

/** How serious findings of a gate are when they stop a release that has to `pass` it. */
export const blockingSeverities: Readonly<Record<ReleaseGate, readonly Severity[]>> = {
  contents: ['critical', 'high'],
  signature: ['critical', 'high'],
  secrets: ['critical', 'high'],
  sbom: ['critical', 'high'],
  // Known vulnerabilities from 7.0 on are told; from 9.0 on, and those that are exploited, they stop a release.
  vulnerabilities: ['critical'],
  hardening: ['critical', 'high'],
  provenance: ['critical', 'high'],
};

/** Stages are ordered; a policy names each at most once and in order. */
export function isStageOrder(found: readonly Stage[]): boolean {
  const places = found.map((stage) => stages.indexOf(stage));
  return places.every((place, i) => i === 0 || place > (places[i - 1] ?? -1));
}

export type FindingIdentity = Pick<Finding, 'gate' | 'rule' | 'place' | 'fingerprint' | 'severity'>;
