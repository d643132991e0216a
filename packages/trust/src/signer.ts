import type { KeyId } from '@fettle/model';
import type { PublicKey } from './keys.ts';

/** Something that signs with one key: a key file, an HSM, Vault. The private half never leaves it. */
export interface Signer {
  readonly keyId: KeyId;
  readonly publicKey: PublicKey;
  /** Signs the message as `verifySignature` expects it for the key's kind. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
