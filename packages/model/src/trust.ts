import type { Brand, Instant } from './brand.ts';
import { FettleError } from './errors.ts';
import { type DeploymentId, type DeviceId, type FleetId, type KeyId, madeIdPattern } from './ids.ts';

/** `image` says what may ever run, `director` says who gets it now. */
export const repositories = ['image', 'director'] as const;
export type Repository = (typeof repositories)[number];

/** Top-level roles of TUF; in the image repository each delegated role has the name of its fleet. */
export const topRoles = ['root', 'targets', 'snapshot', 'timestamp'] as const;
export type TopRole = (typeof topRoles)[number];
export type RoleName = TopRole | FleetId;

/** Any other role is one that was delegated to. */
export function isTopRole(role: string): role is TopRole {
  return (topRoles as readonly string[]).includes(role);
}

/** A signed metadata file as it was published; kept for ever. */
export interface TrustFile {
  readonly repository: Repository;
  readonly role: RoleName;
  /** 1 or more. */
  readonly version: number;
  /** The file's text, verbatim. */
  readonly text: string;
  readonly createdAt: Instant;
}

export type TrustChangeId = Brand<string, 'TrustChangeId'>;
const madeId = new RegExp(madeIdPattern);

/** @throws FettleError `invalid-id` */
export function trustChangeId(text: string): TrustChangeId {
  if (madeId.test(text)) return text as TrustChangeId;
  throw new FettleError('invalid-id', `"${text.slice(0, 80)}" is not a change id: it must match ${madeIdPattern}.`);
}

export const trustChangeStatuses = ['open', 'published', 'withdrawn'] as const;
export type TrustChangeStatus = (typeof trustChangeStatuses)[number];

/** The next version of a file that people sign: it gathers signatures until enough are there, and is then published. */
export interface TrustChange {
  readonly id: TrustChangeId;
  readonly repository: Repository;
  readonly role: RoleName;
  readonly version: number;
  /** The exact canonical text of `signed`. */
  readonly payload: string;
  readonly requestedBy: string;
  readonly reason: string;
  readonly status: TrustChangeStatus;
  readonly createdAt: Instant;
  /** From here on it takes no signature and is not published. */
  readonly expiresAt: Instant;
}

export interface TrustSignature {
  readonly change: TrustChangeId;
  readonly keyId: KeyId;
  /** Hex, as TUF has it. */
  readonly signature: string;
  /** Who brought it. */
  readonly signer: string;
  /** What the signature is meant to say, e.g. `released`. */
  readonly meaning: string;
  readonly at: Instant;
}

/** The director's newest files for one device. */
export interface DirectorSet {
  readonly device: DeviceId;
  /** Of all three files. */
  readonly version: number;
  /** The deployment that they assign; null when they assign nothing. */
  readonly assignment: DeploymentId | null;
  readonly targets: string;
  readonly snapshot: string;
  readonly timestamp: string;
  /** When the first of them expires. */
  readonly expiresAt: Instant;
}
