import {
  encodeMetadata,
  generateKeyPem,
  type Metadata,
  type RoleKeys,
  type Signer,
  signerFromPem,
  signMetadata,
  type TufKey,
  tufKeyOf,
} from '@fettle/trust';
import type { RoleShape } from './blueprint.ts';

/** A role with its private keys: in a drill everybody's are at hand, those of thieves too. */
export interface HeldRole {
  readonly signers: readonly Signer[];
  readonly threshold: number;
}

/** New keys for a role. */
export function holdNew({ kinds, threshold }: RoleShape): HeldRole {
  return { signers: kinds.map((kind) => signerFromPem(generateKeyPem(kind).privateKeyPem)), threshold };
}

export function roleKeysOf({ signers, threshold }: HeldRole): RoleKeys {
  return { keyids: signers.map(({ publicKey }) => tufKeyOf(publicKey).keyid), threshold };
}

export function keyTableOf(...roles: readonly HeldRole[]): ReadonlyMap<string, TufKey> {
  const keys = roles.flatMap(({ signers }) => signers).map(({ publicKey }) => tufKeyOf(publicKey));
  return new Map(keys.map((key) => [key.keyid, key]));
}

/** As many as have to sign, of those whose keys are not lost; fewer when too many are. */
export function quorumOf({ signers, threshold }: HeldRole, lost = 0): readonly Signer[] {
  return signers.slice(lost, lost + threshold);
}

export async function signAs(metadata: Metadata, signers: readonly Signer[]): Promise<Uint8Array> {
  return await signMetadata(encodeMetadata(metadata), signers);
}

export const dayMs = 86_400_000;

/** When a file made now ends; metadata knows whole seconds. */
export function endAfter(now: number, days: number): number {
  return Math.floor((now + days * dayMs) / 1_000) * 1_000;
}
