import type { Severity } from '@fettle/model';

/** One kind of secret. */
export interface SecretRule {
  /** Kebab-case, the rule of its findings. */
  readonly name: string;
  readonly severity: Severity;
  /** One sentence: why it must not be in an image. */
  readonly why: string;
  /** Belongs to one device only: that it is in an image means that all devices share it. Always a fail. */
  readonly perDevice?: true;
  /** Chosen by people and short: kept only as a stretched hash, never masked, never looked for in documentation. */
  readonly guessable?: true;
}

type RuleText = Omit<SecretRule, 'name'>;

/** A table of rules, each with its name from its key. */
export function rulesOf<Name extends string>(
  table: Readonly<Record<Name, RuleText>>,
): Readonly<Record<Name, SecretRule>> {
  const named = Object.entries<RuleText>(table).map(([name, rule]) => [name, { name, ...rule }]);
  return Object.fromEntries(named) as Record<Name, SecretRule>;
}

/** What kind of file the bytes come from, by its path. */
export type PlaceKind = 'settings' | 'documentation' | 'other';

/** The bytes that a detector may look at: a whole file or a window of it. */
export interface View {
  readonly bytes: Buffer;
  /** Inside the innermost layer. */
  readonly path: string;
  readonly placeKind: PlaceKind;
}

/** A secret that was read and believed. */
export interface Found {
  readonly rule: SecretRule;
  /** Offsets into the view: the secret's first byte and the one behind its last. */
  readonly at: number;
  readonly end: number;
  /** What makes it the same secret elsewhere: the key in DER, the token without what stands around it. */
  readonly secret: string | Uint8Array;
  /** What it is, without any of it: `RSA, 2048 bits`. */
  readonly note?: string | undefined;
  /** A password hash, which known passwords are tried on. */
  readonly password?: { readonly user: string; readonly value: string } | undefined;
}

/** Reads what stands around a literal. Its cost is bounded whatever the bytes are. */
export interface Detector {
  readonly literals: readonly (string | Uint8Array)[];
  /** Whether it is looked for as UTF-16 text, too. */
  readonly inUtf16: boolean;
  /** Bytes that one read costs, spread over all the places that hostile content could make it read; 512 when absent. */
  readonly reach?: number;
  /** Characters that what it reads may have; 600 when absent. */
  readonly longest?: number;
  /** `at`: where the literal begins. */
  read(view: View, at: number): Found | undefined;
}

/** Reads whole files that are known by their path. */
export interface FileReader {
  reads(path: string): boolean;
  read(view: View): readonly Found[];
}
