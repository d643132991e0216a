import type { Instant } from '@fettle/model';

/** What a fleet accepts as proof of where an artifact was built. Nothing that is not named here is accepted. */
export interface ProvenanceSettings {
  readonly roots: readonly SigstoreRoot[];
  readonly keys: readonly BuilderKey[];
  readonly identities: readonly BuildIdentity[];
  /** How many independent builders must have made the very same bytes; 1 or more. */
  readonly quorum: number;
  /** The commit that the publishing token of CI names; absent where nobody published from CI. */
  readonly commit?: string | undefined;
}

/** A Sigstore instance that is trusted: the text of its `trusted_root.json`. */
export interface SigstoreRoot {
  readonly name: string;
  readonly trustedRoot: string;
  readonly publishedAt: Instant | null;
  /** `log`: signatures are in a public transparency log; `timestamp`: an instance without one, a timestamp authority vouches for the time. */
  readonly time: 'log' | 'timestamp';
}

/** A builder's own key, for DSSE envelopes without a certificate. */
export interface BuilderKey {
  readonly name: string;
  readonly publicKeyPem: string;
}

/** One pair of signer and builder that is accepted. Patterns are anchored; `*` stands for any characters. */
export interface BuildIdentity {
  readonly name: string;
  /** Who builds: identities of the same builder count once towards the quorum. */
  readonly builder: string;
  readonly signer: CertifiedSigner | KeySigner;
  /** Patterns of `runDetails.builder.id`; of a workflow's, only what follows `@` may have a `*`. */
  readonly builderIds: readonly string[];
  /** Patterns of the git ref that was built, e.g. `refs/tags/v*`. */
  readonly refs: readonly string[];
  /** Exact. */
  readonly buildTypes: readonly string[];
  /** Names of external parameters that are known not to change what is built in unknown ways. @source SLSA v1.0, Verifying artifacts */
  readonly parameters: readonly string[];
}

/** A certificate of a Sigstore instance; ids and not names, because names can be taken over. */
export interface CertifiedSigner {
  readonly kind: 'certificate';
  readonly root: string;
  readonly issuer: string;
  readonly repositoryId: string;
  readonly ownerId: string;
  /** `github-hosted`, `self-hosted` …; null accepts any. */
  readonly runner: string | null;
}

export interface KeySigner {
  readonly kind: 'key';
  readonly key: string;
  /** Repositories that the builder may build from, as in `resolvedDependencies`: `git+https://host/owner/name`. Exact. */
  readonly sources: readonly string[];
}

/** Bounds on bundles and on what they say. */
export const provenanceLimits = {
  bundles: 64,
  bundleBytes: 4_194_304,
  /** Log entries and timestamps of one bundle; the verifier compares them pair by pair. */
  entriesPerBundle: 8,
  subjects: 4_096,
  dependencies: 16_384,
  textCharacters: 2_048,
  roots: 8,
  identities: 64,
  keys: 32,
} as const;

export const slsaPredicateType = 'https://slsa.dev/provenance/v1';
/** What GitHub's own attestation action writes. */
export const githubBuildType = 'https://actions.github.io/buildtypes/workflow/v1';
