import type { Instant } from '@fettle/model';

/** What a statement says of a vulnerability in a product. @source OpenVEX 0.2.0, "Status Labels" */
export const vexStatuses = ['not_affected', 'affected', 'fixed', 'under_investigation'] as const;
export type VexStatus = (typeof vexStatuses)[number];

/** Why a product is not affected. @source OpenVEX 0.2.0, "Status Justifications" */
export const vexJustifications = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;
export type VexJustification = (typeof vexJustifications)[number];

/** What a statement is about. At least one of purl and hashes is given. */
export interface VexProduct {
  /** Without a version it speaks of all; `pkg:generic/FLEET/COMPONENT@VERSION` is an artifact of ours. */
  readonly purl: string;
  /** A range `vers:…`; empty for what the purl says. */
  readonly versions: string;
  /** Hex SHA-256 of the product. */
  readonly hashes: readonly string[];
  /** The parts of the product that it is about, as purls; empty for all of it. */
  readonly parts: readonly string[];
}

/** One statement, in one shape whatever format it came in. */
export interface VexStatement {
  /** Of the document, and its number in it. */
  readonly id: string;
  /** The vulnerability and its other names. */
  readonly vulnerabilities: readonly string[];
  readonly products: readonly VexProduct[];
  readonly status: VexStatus;
  readonly justification: VexJustification | null;
  /** The words of the format that it came in: `code_not_reachable`. */
  readonly foreign: string;
  /** Impact or action, in the author's words. */
  readonly reason: string;
  /** Empty when nobody says. */
  readonly author: string;
  readonly statedAt: Instant;
  /** Null when nobody says; then it is not used. */
  readonly expiresAt: Instant | null;
  /** Device types that it is about; empty for all. */
  readonly deviceTypes: readonly string[];
  /** It came with a release, and nobody whom the policy names signed it. */
  readonly isUnsigned?: true | undefined;
}

/** What who takes a document in adds to it: no format of VEX has an expiry or device types. */
export interface VexAdoption {
  readonly expiresAt: Instant;
  readonly deviceTypes: readonly string[];
  /** Where the document names no author. */
  readonly author?: string | undefined;
}

export const vexFormats = ['openvex', 'csaf', 'cyclonedx'] as const;
export type VexFormat = (typeof vexFormats)[number];

/** What a document says. */
export interface VexContents {
  readonly statements: readonly VexStatement[];
  /** What could not be read, one sentence each; the statements concerned are left out, so that findings stay. */
  readonly problems: readonly string[];
  readonly publishedAt: Instant | null;
}

/** A part that cannot be named is a part of nothing that we know: no parts would read as "all of it". */
export const unnamedPart = 'pkg:generic/unnamed';

/** One version as a range. */
export function exactVersion(version: string): string {
  return `vers:generic/${encodeURIComponent(version)}`;
}
