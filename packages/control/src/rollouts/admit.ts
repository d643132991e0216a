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
  placeOf,
  type Release,
  type Rollout,
} from '@fettle/model';
import type { Clock, Randomness, Writes } from '../ports.ts';
import type { DecisionContext } from './context.ts';
import { countOf, negateCounts, sumCounts } from './counts.ts';
import { decide, type Offer } from './decide.ts';
import { noteRepeat, noteStart } from './gates/note-deployment.ts';
import { loadSurroundings, refreshRollout } from './load-context.ts';

export interface Admitted {
  readonly deployment: Deployment;
  readonly device: Device;
  readonly release: Release;
  readonly rollout: Rollout;
}

/**
 * Decides whether the device gets something now, on counts, rates and neighbours read inside the transaction, and
 * admits it: several devices and several servers may ask at once, and no budget is ever overrun.
 * @param context what is known of the fleet; may be a moment old
 */
export async function admitIfOffered(
  tx: Writes,
  world: { readonly clock: Clock; readonly random: Randomness },
  device: Device,
  context: DecisionContext,
): Promise<Admitted | undefined> {
  const now = world.clock.now();
  let rest = context;
  for (;;) {
    const wished = decide(device, rest, now);
    if (wished.kind === 'hold') return undefined;
    const fresh = await refreshRollout(tx, wished.context, now);
    const fleet = await tx.fleet(device.fleet);
    if (!fleet) return undefined;
    const surroundings = await loadSurroundings(tx, device);
    if (fresh) {
      const decided = decide(device, { ...context, fleet, rollouts: [fresh] }, now, surroundings);
      if (decided.kind === 'offer') {
        const admitted = await admit(tx, device, decided, { now, random: world.random });
        return { ...admitted, release: fresh.release, rollout: fresh.rollout };
      }
    }
    // The one that seemed to be first cannot serve it any more: ask those behind it.
    rest = { ...rest, rollouts: rest.rollouts.filter((other) => other !== wished.context) };
    if (rest.rollouts.length === 0) return undefined;
  }
}

/**
 * Turns an offer that was decided on fresh counts into a deployment, inside the transaction that decided it:
 * nowhere else are deployments born.
 */
async function admit(
  tx: Writes,
  device: Device,
  offer: Offer,
  world: { now: Instant; random: Randomness },
): Promise<{ deployment: Deployment; device: Device }> {
  const { now } = world;
  const { rollout, release } = offer.context;
  const earlier = device.attempts.find((attempt) => attempt.rollout === rollout.id);
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
    counterBefore: earlier?.counterBefore ?? currentCounter(device.current),
    site: placeOf(device, 'site') ?? null,
    pair: placeOf(device, 'pair') ?? null,
  };
  const admitted = withAttempt(device, deployment);
  await tx.insertDeployment(deployment);
  await tx.updateDevice(admitted);
  const begun = earlier ? noCounts : { ...noCounts, started: 1 };
  await tx.addCounts(rollout.id, deployment.phase, sumCounts([begun, countOf('offered')]));
  if (earlier) await forgetOutcome(tx, { rollout, device, earlier });
  else await noteStart(tx, rollout, device);
  const bytes = offer.artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
  await tx.addStart(rollout.id, { minute: Math.floor(now / 60_000), devices: 1, bytes });
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

function withAttempt(device: Device, deployment: Deployment): Device {
  const earlier = device.attempts.find((other) => other.rollout === deployment.rollout);
  const attempt: DeviceAttempt = {
    rollout: deployment.rollout,
    release: deployment.release,
    deployment: deployment.id,
    count: deployment.attempt,
    lastStatus: deployment.status,
    permanent: false,
    lastChangedAt: deployment.changedAt,
    counterBefore: deployment.counterBefore,
    // What it was before the first attempt stays what it was.
    ...(earlier?.traitsBefore === undefined ? {} : { traitsBefore: earlier.traitsBefore }),
  };
  const others = device.attempts.filter((other) => other.rollout !== deployment.rollout);
  const attempts = [attempt, ...others].slice(0, limits.attemptsPerDevice);
  return { ...device, attempts, openDeployment: deployment.id };
}

// A device counts once: by its newest deployment.
async function forgetOutcome(
  tx: Writes,
  { rollout, device, earlier }: { rollout: Rollout; device: Device; earlier: DeviceAttempt },
): Promise<void> {
  const old = await tx.deployment(earlier.deployment);
  if (!old) return;
  await tx.addCounts(old.rollout, old.phase, negateCounts(countOf(old.status)));
  await noteRepeat(tx, rollout, { deployment: old, device });
}
