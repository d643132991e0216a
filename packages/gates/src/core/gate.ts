import type { Source, Visitor, WalkedEntry, WalkedFile, WalkedLayer, WalkResult } from '@fettle/images';
import type { Digest, Finding, Instant, ReleaseGate, Verdict } from '@fettle/model';

/** The artifact that is checked and what is said of it. */
export interface Candidate {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly deviceType: string;
  readonly component: string;
  readonly fleet: string;
  readonly version: string;
  /** What nobody declared, as on a laptop: what stands there is compared with nothing. */
  readonly undeclared?: readonly UndeclaredPart[];
}
export type UndeclaredPart = 'deviceType' | 'version';

/** What a gate says of one artifact. */
export interface GateReport {
  readonly gate: ReleaseGate;
  /** By the gate's own rule, before the fleet's policy and waivers: `inconclusive` when something could not be seen. */
  readonly verdict: Verdict;
  /** One sentence with figures. */
  readonly summary: string;
  /** Worst first, at most `gateLimits.findings`; `findingsLeftOut` says how many more there were. */
  readonly findings: readonly Finding[];
  readonly findingsLeftOut: number;
  /** Figures and names that policies ask for, by names in camelCase; what a gate can tell is listed beside it. */
  readonly facts: Readonly<Record<string, FactValue>>;
  /** What the verdict rests on: rule sets, data sets, keys; each with a version or digest, and the date of data. */
  readonly inputs: readonly GateInput[];
  /** What the gate made and what is kept with the release: SBOMs, inventories. */
  readonly documents: readonly GateDocument[];
}
export type FactValue = string | number | boolean | null | readonly string[];

export interface GateInput {
  readonly name: string;
  /** A version, or a hex SHA-256. */
  readonly version: string;
  /** When the data was published; null for rules. */
  readonly publishedAt: Instant | null;
  /** Ids of the keys that signed the data, where the policy says whose signatures count. */
  readonly signedBy?: readonly string[];
}

export interface GateDocument {
  /** Kebab-case: `sbom-cyclonedx`, `sbom-spdx`, `inventory`. */
  readonly kind: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Watches a walk and gives a report at its end. Made anew for each artifact. */
export interface Collector<Result> extends Visitor {
  layer?(layer: WalkedLayer): void | Promise<void>;
  entry?(entry: WalkedEntry): void | Promise<void>;
  file?(file: WalkedFile): void | Promise<void>;
  /** Called once, after the walk. */
  end(walk: WalkResult): Result | Promise<Result>;
}

/** What every gate may read. */
export interface GateContext {
  readonly candidate: Candidate;
  /** The artifact's bytes. */
  readonly source: Source;
  /** The instant that verdicts are about: expiry of certificates, age of data. */
  readonly now: Instant;
}
