import type { ErrorCode } from '@fettle/model';
import type { KeyInToken, NewTokenKey } from './token-keys.ts';
import type { KeyName, TokenName } from './uri.ts';

/** What the signing side asks the thread that owns the module. */
export type Order =
  | { readonly act: 'login'; readonly token: TokenName; readonly pin: string }
  | { readonly act: 'describe'; readonly token: TokenName; readonly key: KeyName }
  | { readonly act: 'sign'; readonly token: TokenName; readonly key: KeyName; readonly message: Uint8Array }
  | { readonly act: 'list'; readonly token: TokenName }
  | { readonly act: 'generate'; readonly token: TokenName; readonly wanted: NewTokenKey }
  | { readonly act: 'stop' };

/** Bytes (public key or signature), or a list of keys, by what was asked. */
export interface Outcome {
  readonly bytes?: Uint8Array;
  readonly keys?: readonly KeyInToken[];
}

export interface Answer {
  readonly id: number;
  readonly outcome?: Outcome;
  readonly problem?: { readonly code: ErrorCode | 'login-needed'; readonly message: string };
}
