import type { Instant, Publisher } from '@fettle/model';

export interface PublisherReads {
  /** In order of name; at most `limits.publishersPerTenant`. */
  publishers(): Promise<readonly Publisher[]>;
  /** Tokens that jobs of a publisher hold and that are still good. */
  countPublisherTokens(publisher: string, now: Instant): Promise<number>;
}

export interface PublisherWrites {
  /** Replaces the one of the same name. */
  savePublisher(publisher: Publisher): Promise<void>;
  deletePublisher(name: string): Promise<void>;
  /** Remembers that an ID token was used; false when it was before. Forgets those that would be refused as expired. */
  useTokenId(used: UsedTokenId, now: Instant): Promise<boolean>;
  /** Ends what jobs of a publisher hold. */
  revokePublisherTokens(publisher: string, at: Instant): Promise<void>;
  /** Forgets tokens of jobs that ended before this. */
  deleteEndedTokens(before: Instant): Promise<void>;
}

export interface UsedTokenId {
  readonly issuer: string;
  /** SHA-256 of `jti`, hex. */
  readonly tokenId: string;
  readonly expiresAt: Instant;
}
