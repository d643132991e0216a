import type { Reads } from '@fettle/control';
import { noCounts, type PhaseCounts, type Rollout } from '@fettle/model';
import { isOver, type Mirror } from './mirror.ts';
import type { Accuse } from './violation.ts';

/** Compares the counts that the server keeps with a recount of its deployments. */
export async function judgeCounts(mirror: Mirror, reads: Reads, accuse: Accuse): Promise<void> {
  for (const rollout of mirror.rollouts.values()) {
    const kept = await reads.rolloutCounts(rollout.id, rollout.phases.length);
    const counted = recount(mirror, rollout);
    counted.forEach((counts, index) => {
      const found = kept[index] ?? noCounts;
      for (const name of ['started', 'open', 'succeeded', 'failed', 'rolledBack', 'neutral'] as const) {
        if (found[name] === counts[name]) continue;
        accuse('counts', `${rollout.id} phase ${index}: ${name} is ${found[name]}, counted ${counts[name]}`);
      }
      if (found.proven < 0 || found.proven > found.succeeded) {
        accuse('counts', `${rollout.id} phase ${index}: ${found.proven} proven of ${found.succeeded} succeeded`);
      }
    });
  }
}

/** A device counts once: as started where its first attempt was admitted, with its outcome where its newest was. */
function recount(mirror: Mirror, rollout: Rollout): PhaseCounts[] {
  const counts = rollout.phases.map((): { -readonly [K in keyof PhaseCounts]: number } => ({ ...noCounts }));
  for (const attempts of mirror.attemptsAt(rollout.id)) {
    const first = attempts[0] && counts[attempts[0].phase];
    const newest = attempts.at(-1);
    const last = newest && counts[newest.phase];
    if (!first || !newest || !last) continue;
    first.started++;
    if (!isOver(newest.status)) last.open++;
    else if (newest.status === 'succeeded') last.succeeded++;
    else if (newest.status === 'skipped' || newest.status === 'aborted') last.neutral++;
    else last.failed++;
    if (newest.status === 'rolledBack') last.rolledBack++;
  }
  return counts;
}

const hour = 3_600_000;

/** The bytes of any hour, minute by minute as the budget counts them; one device may always go. */
export function judgeBytes(mirror: Mirror, accuse: Accuse): void {
  for (const rollout of mirror.rollouts.values()) {
    const most = rollout.policy.budgets.bytesPerHour;
    const release = mirror.releases.get(rollout.release);
    if (most === null || !release) continue;
    const sent = [...mirror.attemptsAt(rollout.id)].flat().map(({ createdAt, device }) => {
      const type = mirror.devices.get(device)?.type;
      const bytes = release.artifacts.reduce((sum, one) => sum + (one.deviceType === type ? one.sizeBytes : 0), 0);
      return { at: createdAt, bytes };
    });
    for (const { at } of sent) {
      const first = Math.floor(at / 60_000) * 60_000 - hour + 60_000;
      const within = sent.filter((one) => first <= one.at && one.at <= at);
      const bytes = within.reduce((sum, one) => sum + one.bytes, 0);
      if (bytes > most && within.length > 1) accuse('bytes-per-hour', `${rollout.id} sends ${bytes} of ${most}`);
    }
  }
}
