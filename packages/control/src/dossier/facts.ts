import type { Fleet, Release, ReleaseCheck, Rollout } from '@fettle/model';
import type { ProvenEvent } from './collect-audit.ts';
import type { EvidenceEntry } from './collect-evidence.ts';
import type { PolicyOfRelease } from './policy-of-release.ts';

/** Everything that a dossier tells, gathered; pages are made of it. */
export interface DossierFacts {
  readonly release: Release;
  readonly fleet: Fleet;
  readonly check: ReleaseCheck | undefined;
  readonly policy: PolicyOfRelease | undefined;
  readonly rollouts: readonly Rollout[];
  readonly events: readonly ProvenEvent[];
  readonly evidence: readonly EvidenceEntry[];
  readonly way: 'manifest' | 'targets';
  readonly verifierDigest: string;
}
