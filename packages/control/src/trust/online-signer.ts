import type { DeviceId, Repository, TenantId } from '@fettle/model';
import type { TufKey, TufSignature } from '@fettle/trust';

/** What is signed online; everything else is signed by people. */
export type OnlineRole = 'targets' | 'snapshot' | 'timestamp';

/** The image repository has one snapshot and one timestamp; the director has all three for every device. */
export type SignedRole =
  | { readonly tenant: TenantId; readonly repository: 'image'; readonly role: 'snapshot' | 'timestamp' }
  | {
      readonly tenant: TenantId;
      readonly repository: 'director';
      readonly role: OnlineRole;
      readonly device: DeviceId;
    };

/** The public halves of the online keys of a tenant. */
export interface OnlineKeys {
  readonly image: Readonly<Record<'snapshot' | 'timestamp', TufKey>>;
  readonly director: Readonly<Record<OnlineRole, TufKey>>;
  readonly time: TufKey;
}

/** What time it is, for one nonce. @source decision 0020; reference: Uptane 2.0 §5.4.2 */
export interface SignedTime {
  readonly nonce: string;
  /** RFC 3339, seconds. */
  readonly time: string;
  readonly keyid: string;
  /** Hexadecimal, over the canonical form of `{_type, nonce, time}`: `signTime` of trust. */
  readonly sig: string;
}

export interface SigningRequest {
  readonly of: SignedRole;
  /** The exact canonical bytes of `signed`. */
  readonly payload: Uint8Array;
  /**
   * Whole files of the image repository that have become newer since the signer looked last, which it verifies for
   * itself: new roots in order, then targets and fleet roles. What a payload names has to stand in them.
   */
  readonly evidence?: readonly EvidenceFile[];
}

export interface EvidenceFile {
  readonly repository: Repository;
  readonly role: string;
  readonly version: number;
  readonly text: string;
}

/** How far the signer has verified the image repository for itself, by role. */
export type KnownVersions = Readonly<Record<string, number>>;

/**
 * Signs with the online keys. It lives in a process of its own that holds them, looks at what it signs and refuses what
 * is not the next version, or names what no offline key has signed.
 */
export interface OnlineSigner {
  keys(tenant: TenantId): Promise<OnlineKeys>;
  /** The last version that it signed for a role; 0 when none: the next one is this + 1. */
  lastVersion(of: SignedRole): Promise<number>;
  /** What it knows of a repository: evidence above this is new to it. */
  knownVersions(tenant: TenantId, repository: Repository): Promise<KnownVersions>;
  /** @throws FettleError `signing-refused` with the reason, `overloaded` when it cannot be reached or is busy */
  sign(request: SigningRequest): Promise<TufSignature>;
  signTime(tenant: TenantId, nonce: string): Promise<SignedTime>;
}
