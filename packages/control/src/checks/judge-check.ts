import { covers, type GateReport, judgeStages, readWaiver, type Waiver } from '@fettle/gates';
import type { Digest, Finding, Fleet, Instant, StageVerdict, StoredWaiver } from '@fettle/model';
import { readPublicKey } from '@fettle/trust';
import type { Reads } from '../ports.ts';

/** A waiver of the fleet that its policy believes today. */
export interface ValidWaiver {
  readonly stored: StoredWaiver;
  readonly waiver: Waiver;
  readonly signedBy: readonly string[];
}

/** The waivers that count at an instant: signed by enough keys of today's policy, not over, not revoked. */
export async function validWaivers(
  reads: Pick<Reads, 'waivers'>,
  { id, releasePolicy }: Fleet,
  now: Instant,
): Promise<readonly ValidWaiver[]> {
  if (!releasePolicy || releasePolicy.waivers.keys.length === 0) return [];
  const keys = releasePolicy.waivers.keys.map(readPublicKey);
  const valid: ValidWaiver[] = [];
  for (const stored of await reads.waivers(id)) {
    if (stored.expiresAt <= now) continue;
    const read = readWaiver(stored.envelope, { keys, threshold: releasePolicy.waivers.threshold });
    if (read.ok && read.waiver.fleet === id) valid.push({ stored, waiver: read.waiver, signedBy: read.signedBy });
  }
  return valid;
}

/** What the waivers that count at an instant are named by, sorted. */
export async function waiverDigests(reads: Pick<Reads, 'waivers'>, fleet: Fleet, now: Instant): Promise<Digest[]> {
  return (await validWaivers(reads, fleet, now)).map(({ stored }) => stored.digest).sort();
}

/** What each stage of the fleet's policy makes of what the gates found. */
export function judgeReports(
  { releasePolicy }: Fleet,
  reports: readonly GateReport[],
  { waivers, now }: { readonly waivers: readonly ValidWaiver[]; readonly now: Instant },
): readonly StageVerdict[] {
  return releasePolicy ? judgeStages(releasePolicy, reports, isWaivedBy(waivers, now)) : [];
}

/** Whether any of the waivers covers a finding at an instant. */
export function isWaivedBy(waivers: readonly ValidWaiver[], now: Instant): (finding: Finding) => boolean {
  return (finding) => waivers.some(({ waiver }) => covers(waiver, finding, now));
}
