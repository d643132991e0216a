import type { KeyId } from '@fettle/model';
import type { PublicKey } from './keys.ts';

export interface SignOptions {
  /** Calls the signature off: the promise is then rejected, although a far-away key may still finish its work. */
  readonly signal?: AbortSignal;
}

/** Something that signs with one key: a key file, an HSM, Vault. The private half never leaves it. */
export interface Signer {
  readonly keyId: KeyId;
  readonly publicKey: PublicKey;
  /** Signs the message as `verifySignature` expects it for the key's kind. */
  sign(message: Uint8Array, options?: SignOptions): Promise<Uint8Array>;
}
