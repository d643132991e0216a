import { type DataSet, type Digest, type Fleet, type Instant, limits, type ReleaseCheck } from '@fettle/model';
import type { Reads } from '../ports.ts';
import { waiverDigests } from './judge-check.ts';
import { policyDigest } from './policy-digest.ts';

/** What a check has to agree with to answer for a release now. */
export interface Today {
  readonly policy: string;
  readonly waivers: readonly Digest[];
  readonly dataSets: readonly DataSet[];
  readonly now: Instant;
}

export async function todayOf(reads: Pick<Reads, 'waivers' | 'dataSets'>, fleet: Fleet, now: Instant): Promise<Today> {
  const waivers = await waiverDigests(reads, fleet, now);
  return { policy: policyDigest(fleet.releasePolicy), waivers, dataSets: await reads.dataSets(), now };
}

/**
 * Why a check does not answer for its release, in the end of a sentence that begins with the check; null when it does.
 * What was found a while ago may not be what would be found now: data on vulnerabilities grow old, certificates end.
 */
export function whyOutdated(check: ReleaseCheck, { policy, waivers, dataSets, now }: Today): string | null {
  if (check.status !== 'done' || check.endedAt === null) return `is ${check.status}`;
  if (check.policyDigest !== policy) return 'was judged by another policy than that of today';
  if (check.waivers.join() !== waivers.join()) return 'was judged by other waivers than those of today';
  const age = now - check.endedAt;
  if (age > limits.clearanceMs) return `is more than ${limits.clearanceMs / dayMs} days old`;
  const begun = check.startedAt ?? check.createdAt;
  const isBehind = dataSets.some(({ importedAt }) => importedAt > begun);
  return age > limits.clearanceOnOldDataMs && isBehind
    ? 'is older than data on vulnerabilities that came in since'
    : null;
}

const dayMs = 86_400_000;
