import { constants, createVerify, type KeyObject } from 'node:crypto';
import type { Sink } from './image-reader.ts';

export type DigestName = 'sha256' | 'sha384' | 'sha512';

/** How a signature value is written: what one field says can't be left to the library's guess. */
export type SignatureForm = 'der' | 'r-s' | 'pss-32' | 'pss-any' | 'pkcs1';

/** One signature over streamed bytes: feed the bytes, then ask. */
export class StreamedCheck implements Sink {
  readonly #verify;
  readonly #key: KeyObject;
  readonly #form: SignatureForm;
  readonly #signature: Uint8Array;

  constructor(
    key: KeyObject,
    how: { readonly digest: DigestName; readonly form: SignatureForm },
    signature: Uint8Array,
  ) {
    this.#verify = createVerify(how.digest);
    this.#key = key;
    this.#form = how.form;
    this.#signature = signature;
  }

  update(chunk: Uint8Array): void {
    this.#verify.update(chunk);
  }

  /** Whether the signature is good; false for anything that the library refuses to look at. */
  isGood(): boolean {
    try {
      return this.#verify.verify({ key: this.#key, ...formOptions(this.#form) }, this.#signature);
    } catch {
      return false;
    }
  }
}

function formOptions(form: SignatureForm) {
  switch (form) {
    case 'der':
      return { dsaEncoding: 'der' as const };
    case 'r-s':
      return { dsaEncoding: 'ieee-p1363' as const };
    case 'pss-32':
      return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    case 'pss-any':
      return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
    case 'pkcs1':
      return { padding: constants.RSA_PKCS1_PADDING };
  }
}
