import { FettleError } from '@fettle/model';
import { type PublicKey, type Signer, type SignOptions, verifySignature } from '@fettle/trust';
import { within } from './within.ts';

/** How well the private half is kept, for pages and reports that must tell it. */
export type Protection = 'plain-file' | 'encrypted-file' | 'token' | 'service';

/** A signer that was opened by its locator and must be closed. */
export interface OpenedSigner extends Signer {
  readonly protection: Protection;
  /** Opens exactly this key, and this version of it, again. Holds no secret: belongs in records. */
  readonly locator: string;
  close(): Promise<void>;
}

/** What a back end gives: one key, reached by calls that may fail, hang or answer nonsense. */
export interface KeyHolder {
  readonly publicKey: PublicKey;
  readonly protection: Protection;
  readonly locator: string;
  /** @throws FettleError */
  sign(message: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}

export const defaultTimeoutMs = 10_000;
/** Metadata is signed, never images: the largest file that TUF clients take is below this. */
export const maxMessageBytes = 8 * 1024 * 1024;
const maxWaiting = 1_000;

/**
 * Puts one behaviour over every far-away key: bounded message, queue and time, and no signature leaves that its own
 * public key does not verify.
 */
export function openedSigner(holder: KeyHolder, timeoutMs = defaultTimeoutMs): OpenedSigner {
  let waiting = 0;
  let closed = false;
  const sign = async (message: Uint8Array, options: SignOptions = {}): Promise<Uint8Array> => {
    if (closed) throw new FettleError('wrong-state', 'Expected an open signer, found one that was closed.');
    requireSignable(message);
    if (waiting >= maxWaiting) {
      throw new FettleError('overloaded', `${waiting} signatures wait for ${holder.locator}; try again later.`);
    }
    waiting++;
    try {
      const limit = { timeoutMs, signal: options.signal, what: holder.locator };
      return requireValid(holder, message, await within((signal) => holder.sign(message, signal), limit));
    } finally {
      waiting--;
    }
  };
  const close = async () => {
    if (closed) return;
    closed = true;
    await holder.close();
  };
  const { publicKey, protection, locator } = holder;
  return { keyId: publicKey.id, publicKey, protection, locator, sign, close };
}

/** @throws FettleError `too-large`, or `invalid-input` for nothing at all, which tokens disagree about */
export function requireSignable(message: Uint8Array): void {
  if (message.length === 0) throw new FettleError('invalid-input', 'Expected a message to sign, found no bytes.');
  if (message.length <= maxMessageBytes) return;
  const found = `found ${message.length} bytes`;
  throw new FettleError('too-large', `Expected a message of at most ${maxMessageBytes} bytes, ${found}.`);
}

function requireValid({ publicKey, locator }: KeyHolder, message: Uint8Array, signature: Uint8Array): Uint8Array {
  if (verifySignature(publicKey, message, signature)) return signature;
  throw new FettleError(
    'key-refused',
    `${locator} gave a signature that key ${publicKey.id} does not verify: another key answers there. Open it anew and compare the key id.`,
  );
}
