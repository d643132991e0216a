import type { Instant } from './brand.ts';
import type { DeviceType, FleetId } from './ids.ts';

/** Whose ID tokens: `generic` is any OpenID Connect issuer, such as Jenkins with its plugin. */
export const publisherProviders = ['github', 'gitlab', 'generic'] as const;
export type PublisherProvider = (typeof publisherProviders)[number];

/** Where an issuer's public keys come from. */
export type IssuerKeySource =
  /** From the issuer itself, as OpenID Connect Discovery says. */
  | { readonly kind: 'discovery' }
  | { readonly kind: 'url'; readonly url: string }
  /** A JWK Set as JSON text, for sites that reach no issuer. */
  | { readonly kind: 'pinned'; readonly jwks: string; readonly pinnedAt: Instant };

/** A trusted publisher: jobs of CI whose ID tokens are exchanged for tokens that publish to one fleet. */
export interface Publisher {
  /** Unique in the tenant. */
  readonly name: string;
  readonly provider: PublisherProvider;
  /** Compared exactly with `iss`. */
  readonly issuer: string;
  /** The one and only `aud` of the ID token. */
  readonly audience: string;
  readonly keys: IssuerKeySource;
  /** Claim → exact value; in claims that name a ref or an environment a `*` stands for any characters. */
  readonly match: Readonly<Record<string, string>>;
  /** Events beside the usual ones that may publish, e.g. `workflow_run`. */
  readonly allowEvents: readonly string[];
  /** Whether only runners of the provider may publish. */
  readonly requireHosted: boolean;
  readonly fleet: FleetId;
  /** Types it may publish artifacts for; empty for all of the fleet. */
  readonly deviceTypes: readonly DeviceType[];
  /** How long a token lives that it gets; 15 minutes at most. */
  readonly tokenLifeMs: number;
  readonly createdAt: Instant;
}

/** Where a release came from: what the ID token of the job that published it said. */
export interface ReleaseSource {
  readonly publisher: string;
  readonly issuer: string;
  /** Name of the repository or project at that time; names can change hands. */
  readonly repository: string | null;
  readonly repositoryId: string | null;
  /** The workflow or pipeline definition that ran. */
  readonly workflow: string | null;
  readonly ref: string | null;
  readonly sha: string | null;
  readonly runUrl: string | null;
}
