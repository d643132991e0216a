/** One step of the schema. Steps only add (expand); what nobody reads any more goes in a later release (contract). */
export interface Migration {
  /** 1, 2, 3 … without gaps; never changed once released. */
  readonly version: number;
  readonly name: string;
  /** Statements in order, in SQL that every database of ours knows; `narrow` is the dialect's suffix for small tables. */
  readonly statements: (words: { readonly narrow: string }) => readonly string[];
}
