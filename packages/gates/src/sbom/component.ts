/** How a component was found out; packages weigh more than strings. */
export const evidenceMethods = ['manifest', 'package-database', 'supplied', 'note', 'build-info', 'string'] as const;
export type EvidenceMethod = (typeof evidenceMethods)[number];

export const componentTypes = ['operating-system', 'library', 'application', 'firmware', 'file'] as const;
export type ComponentType = (typeof componentTypes)[number];

/** Where and how something was found. */
export interface ComponentEvidence {
  readonly method: EvidenceMethod;
  readonly place: string;
  /** 0 to 1. */
  readonly confidence: number;
}

/** One piece of software in an image. */
export interface SoftwareComponent {
  readonly type: ComponentType;
  readonly name: string;
  /** As its ecosystem writes it; empty when unknown. */
  readonly version: string;
  /** Package URL; the identity when merging. @source https://github.com/package-url/purl-spec */
  readonly purl: string;
  readonly cpe?: string | undefined;
  readonly architecture?: string | undefined;
  /** The source package and its version, which vulnerability data of Debian and Alpine name; absent = the same. */
  readonly source?: { readonly name: string; readonly version: string } | undefined;
  readonly supplier?: string | undefined;
  /** An SPDX expression, or the text as it was found. */
  readonly licence?: string | undefined;
  /** By algorithm name (`sha256`), hex. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Which OSV ecosystem its versions are ordered by, with the release: `Debian:12`, `Alpine:v3.19`, `Go`, `crates.io`; null when unknown. */
  readonly ecosystem: string | null;
  readonly evidence: readonly ComponentEvidence[];
  /** Purls of what it needs, as far as known. */
  readonly dependsOn: readonly string[];
}

/** What an image consists of. */
export interface SoftwareInventory {
  /** From `etc/os-release` of the outermost root file system that has one. */
  readonly distribution: { readonly id: string; readonly versionId: string; readonly name: string } | null;
  /** Sorted by purl; no purl twice. */
  readonly components: readonly SoftwareComponent[];
  /** Bytes of executable files that a package explains, and of all. */
  readonly coverage: { readonly explainedBytes: number; readonly executableBytes: number };
}

/** Kind of the document under which a check keeps the inventory, as JSON. */
export const inventoryKind = 'software-inventory';
