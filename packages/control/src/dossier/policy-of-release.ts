import { type Digest, digest, type Fleet, type Release, type ReleasePolicy } from '@fettle/model';
import { policyEvidence } from '../checks/policy-evidence.ts';
import type { Reads } from '../ports.ts';

const noPolicy = policyEvidence(undefined).text;

/** The policy that a release is held against: the one that cleared it, or where no check did, the one of today. */
export interface PolicyOfRelease {
  readonly digest: Digest;
  /** Exactly the bytes of that digest; undefined where they were not kept yet at that time. */
  readonly text: string | undefined;
  /** Undefined where the fleet demanded nothing any more when the release was judged last. */
  readonly policy: ReleasePolicy | undefined;
}

/** @returns undefined where nothing was ever demanded of it */
export async function policyOfRelease(
  reads: Pick<Reads, 'evidence'>,
  { releasePolicy }: Pick<Fleet, 'releasePolicy'>,
  { clearance }: Pick<Release, 'clearance'>,
): Promise<PolicyOfRelease | undefined> {
  if (!clearance) {
    if (!releasePolicy) return undefined;
    const { digest: name, text } = policyEvidence(releasePolicy);
    return { digest: name, text, policy: releasePolicy };
  }
  const name = digest(clearance.policyDigest);
  const text = (await reads.evidence(name))?.text;
  // Written by this server, and named by its digest.
  const policy: ReleasePolicy | undefined = text === undefined || text === noPolicy ? undefined : JSON.parse(text);
  return { digest: name, text, policy };
}

/** The fleet with that policy, by which what was signed is held against what stands now. */
export function underPolicy({ releasePolicy: _, ...fleet }: Fleet, held: PolicyOfRelease | undefined): Fleet {
  return held?.policy ? { ...fleet, releasePolicy: held.policy } : fleet;
}
