import {
  currentCounter,
  type Deployment,
  type Device,
  type DeviceAttempt,
  deploymentId,
  deploymentTable,
  type Instant,
  limits,
  makeId,
  noCounts,
} from '@fettle/model';
import type { Randomness, Writes } from '../ports.ts';
import { countOf, negateCounts, sumCounts } from './counts.ts';
import type { Offer } from './decide.ts';

/**
 * Turns an offer that was decided on fresh counts into a deployment, inside the transaction that decided it:
 * this is the only place where deployments are born.
 */
export async function admit(
  tx: Writes,
  device: Device,
  offer: Offer,
  world: { now: Instant; random: Randomness },
): Promise<{ deployment: Deployment; device: Device }> {
  const { now } = world;
  const { rollout, release } = offer.context;
  const deployment: Deployment = {
    id: deploymentId(makeId('dep', now, world.random.bytes(10))),
    fleet: rollout.fleet,
    device: device.id,
    rollout: rollout.id,
    release: release.id,
    phase: offer.phase,
    attempt: offer.attempt,
    status: 'offered',
    error: null,
    createdAt: now,
    changedAt: now,
    deadlineAt: now + deploymentTable.offered.deadlineMs,
    lastSequence: 0,
  };
  const earlier = device.attempts.find((attempt) => attempt.rollout === rollout.id);
  const admitted = withAttempt(device, deployment, earlier);
  await tx.insertDeployment(deployment);
  await tx.updateDevice(admitted);
  const begun = earlier ? noCounts : { ...noCounts, started: 1 };
  await tx.addCounts(rollout.id, deployment.phase, sumCounts([begun, countOf('offered')]));
  if (earlier) await forgetOutcome(tx, earlier);
  await tx.appendAudit({
    verb: 'deployment.offered',
    object: `deployment/${deployment.id}`,
    fleet: deployment.fleet,
    before: null,
    after: null,
    reason: `${device.id}: release ${release.version}, phase ${rollout.phases[offer.phase]?.name}, attempt ${offer.attempt}`,
  });
  return { deployment, device: admitted };
}

function withAttempt(device: Device, deployment: Deployment, earlier: DeviceAttempt | undefined): Device {
  const attempt: DeviceAttempt = {
    rollout: deployment.rollout,
    release: deployment.release,
    deployment: deployment.id,
    count: deployment.attempt,
    lastStatus: deployment.status,
    permanent: false,
    lastChangedAt: deployment.changedAt,
    counterBefore: earlier?.counterBefore ?? currentCounter(device.current),
  };
  const others = device.attempts.filter((other) => other.rollout !== deployment.rollout);
  const attempts = [attempt, ...others].slice(0, limits.attemptsPerDevice);
  return { ...device, attempts, openDeployment: deployment.id };
}

// A device counts once: by its newest deployment.
async function forgetOutcome(tx: Writes, earlier: DeviceAttempt): Promise<void> {
  const old = await tx.deployment(earlier.deployment);
  if (old) await tx.addCounts(old.rollout, old.phase, negateCounts(countOf(old.status)));
}
