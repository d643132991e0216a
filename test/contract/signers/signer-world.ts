import type { ReadSecret } from '@fettle/signers';
import type { KeyKind } from '@fettle/trust';

/** A place where keys live, with what a test needs to make trouble in it. */
export interface SignerWorld {
  readonly kinds: readonly KeyKind[];
  readonly readSecret: ReadSecret;
  /** What must never stand in a message. */
  readonly secrets: readonly string[];
  /** Makes a key and says how to open it. */
  newKey(kind: KeyKind): Promise<string>;
  /** Puts another key behind the same locator, or another version of the key. */
  replaceKey(locator: string): Promise<void>;
  /** The same locator with a secret that opens nothing. */
  withWrongSecret(locator: string): string;
  /** What the locator opens is taken away, and brought back. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Signing takes for ever, until `answerAgain`; absent where the key is in this process. */
  readonly stall?: { stopAnswering(): Promise<void>; answerAgain(): Promise<void> };
  close(): Promise<void>;
}
