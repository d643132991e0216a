/** The checks that every release goes through before it is signed. */
export const releaseGates = [
  'contents',
  'signature',
  'secrets',
  'sbom',
  'vulnerabilities',
  'hardening',
  'provenance',
] as const;
export type ReleaseGate = (typeof releaseGates)[number];

/** `inconclusive` blocks like `fail`: unknown is no. */
export const verdicts = ['pass', 'fail', 'inconclusive'] as const;
export type Verdict = (typeof verdicts)[number];

/** Worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

/** Phases of a product's life: groups of a fleet belong to one, and each has its own demands. Strictest last. */
export const stages = ['development', 'staging', 'production'] as const;
export type Stage = (typeof stages)[number];

/** One thing that a gate found. Never holds a secret. */
export interface Finding {
  readonly gate: ReleaseGate;
  /** Kebab-case, unique in its gate: `private-key-pem`, `no-relro`; for vulnerabilities the id: `CVE-2026-1234`. */
  readonly rule: string;
  readonly severity: Severity;
  /** Where: the place of a walked entry; empty for the artifact as a whole. */
  readonly place: string;
  /** Bytes into what lies at `place`. */
  readonly offset?: number | undefined;
  /** One sentence: what was found, why it matters. */
  readonly message: string;
  /**
   * Hex, 32 digits: the same finding in the next build has the same one. Made of the gate, the rule and what the finding
   * is about (the hash of a secret, a package's name, a file's path), never of offsets or versions of other things.
   */
  readonly fingerprint: string;
  /** The gate fails by this finding alone, as its settings say, however mild it is; absent: as its severity says. */
  readonly blocks?: true | undefined;
  readonly details?: Readonly<Record<string, string | number | boolean>> | undefined;
}
