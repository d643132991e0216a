import { artifactsFor, currentCounter, type Device, type Instant } from '@fettle/model';
import type { Writes } from '../ports.ts';
import { changeDeployment, writeChange } from '../rollouts/deployment-change.ts';
import { runs } from '../rollouts/predicates/fit.ts';

/**
 * Notices a device that had succeeded and now runs something older again, although nobody reported it:
 * what runs is the truth, and a rollback counts even when it is silent. And the other way round: a deployment that
 * was given up as timed out did succeed when the device runs its release.
 */
export async function noteReversion(
  tx: Writes,
  device: Device,
  now: Instant,
): Promise<{ device: Device; reverted: boolean }> {
  const [newest] = device.attempts;
  if (!newest || (newest.lastStatus !== 'succeeded' && newest.lastStatus !== 'timedOut')) {
    return { device, reverted: false };
  }
  const deployment = await tx.deployment(newest.deployment);
  const release = await tx.release(newest.release);
  if (!deployment || !release) return { device, reverted: false };
  const runsIt = runs(device, artifactsFor(release, device.type));
  const seen = whatHappened(newest.lastStatus === 'timedOut', runsIt, currentCounter(device.current) < release.counter);
  if (!seen) return { device, reverted: false };
  const message = `release ${release.version}: ${seen} by itself, noticed at check-in by what runs`;
  const error = seen === 'rolledBack' ? ({ code: 'reverted-by-itself', class: 'permanent', message } as const) : null;
  const change = changeDeployment(deployment, device, { status: seen, error, now });
  if (!change) return { device, reverted: false };
  await writeChange(tx, change, message);
  return { device: change.device, reverted: true };
}

/**
 * Whether the device reported success and still says that it runs what it ran before: it may never have installed
 * anything. Costs no look-up, so that every quiet check-in can ask it; `noteReversion` then looks closely.
 */
export function isUnproven(device: Device): boolean {
  const [newest] = device.attempts;
  return newest?.lastStatus === 'succeeded' && currentCounter(device.current) === newest.counterBefore;
}

function whatHappened(
  wasGivenUp: boolean,
  runsIt: boolean,
  runsOlder: boolean,
): 'succeeded' | 'rolledBack' | undefined {
  if (wasGivenUp) return runsIt ? 'succeeded' : undefined;
  return !runsIt && runsOlder ? 'rolledBack' : undefined;
}
