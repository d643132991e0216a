import type { IssuerKeySource } from '@fettle/model';

/** Whose keys are asked for: always those of a publisher that somebody saved, never of an issuer that a token names. */
export interface KeyQuestion {
  readonly issuer: string;
  readonly keys: Exclude<IssuerKeySource, { kind: 'pinned' }>;
  /** Key id of the token; one that is not known yet is a reason to ask the issuer again. */
  readonly kid: string | undefined;
}

/** Public keys of issuers, kept for a while. */
export interface IssuerKeys {
  /** @throws FettleError `overloaded` when the issuer does not answer and nothing is known that could serve */
  jwksOf(question: KeyQuestion): Promise<JsonWebKeySet>;
}

export interface JsonWebKeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}
