import {
  defaultPolicy,
  FettleError,
  type Fleet,
  groupName,
  makeId,
  type Phase,
  type Release,
  type Rollout,
  type RolloutId,
  rolloutId,
} from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import { digestOf } from '../audit/digest-of.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import type { Clock, Randomness, Writes } from '../ports.ts';

/** What became of the wish to send devices back. */
export interface SentBack {
  /** One rollout for each release that devices came from. */
  readonly rollouts: readonly Rollout[];
  /** Why some devices have to stay, in one sentence; empty when none has. */
  readonly stay: string;
}

/**
 * Sends the devices that took a rollout's release back to the one each came from, as far as the manifest of that one
 * allows it and the security floor does. A rollout of the highest priority does it, so that it is seen, counted and
 * judged like any other.
 */
export async function sendBack(scope: Scope, brain: Brain, id: RolloutId, reason: string): Promise<SentBack> {
  demand(scope, 'rollout.write');
  const { sent, fleet } = await brain.store.transact(scope, async (tx) => {
    const rollout = await tx.rollout(id);
    if (!rollout) throw new FettleError('not-found', `There is no rollout ${id}.`);
    if (rollout.status !== 'paused' && rollout.status !== 'aborted') {
      const message = `A rollout that is ${rollout.status} goes on: pause or abort it before its devices are sent back.`;
      throw new FettleError('wrong-state', message, { details: { next: `fettle rollout abort ${id}` } });
    }
    return { sent: await startReturns(tx, brain, rollout, reason), fleet: rollout.fleet };
  });
  fleetChanged(brain, scope.tenant, fleet);
  return sent;
}

/** Starts the rollouts that bring devices back, inside the transaction that wants it. Those that exist already stay. */
export async function startReturns(
  tx: Writes,
  world: { readonly clock: Clock; readonly random: Randomness },
  rollout: Rollout,
  reason: string,
): Promise<SentBack> {
  const fleet = await tx.fleet(rollout.fleet);
  if (!fleet) throw new FettleError('internal', `Fleet ${rollout.fleet} of rollout ${rollout.id} is missing.`);
  const started: Rollout[] = [];
  const cannot: string[] = [];
  const known = (await tx.rolloutsReturning(rollout.id)).map((one) => one.release);
  for (const counter of await tx.countersBefore(rollout.id)) {
    const release = await tx.releaseByCounter(fleet.id, counter);
    const obstacle = obstacleTo(release, fleet, counter);
    if (!release || obstacle !== undefined) cannot.push(obstacle ?? '');
    else if (!known.includes(release.id)) started.push(await startReturn(tx, world, rollout, { release, reason }));
  }
  return { rollouts: started, stay: cannot.join(' ') };
}

function obstacleTo(release: Release | undefined, fleet: Fleet, counter: number): string | undefined {
  if (counter === 0) return 'Devices that had not said what they ran stay.';
  if (!release) return `What ran before with counter ${counter} was not published here.`;
  if (release.status === 'revoked') return `${release.version}, which ran before, was revoked.`;
  if (!release.allowDowngrade) return `${release.version}, which ran before, was not signed to be gone back to.`;
  if (counter < fleet.securityFloor) return `${release.version}, which ran before, is below the security floor.`;
  return undefined;
}

async function startReturn(
  tx: Writes,
  world: { readonly clock: Clock; readonly random: Randomness },
  from: Rollout,
  { release, reason }: { readonly release: Release; readonly reason: string },
): Promise<Rollout> {
  const now = world.clock.now();
  const rollout: Rollout = {
    id: rolloutId(makeId('rol', now, world.random.bytes(10))),
    fleet: from.fleet,
    release: release.id,
    group: groupName('all'),
    status: 'running',
    statusReason: `Sends devices back that took rollout ${from.id}.`,
    salt: from.salt,
    phases: [returnPhase],
    onFail: 'pause',
    maxAttempts: from.maxAttempts,
    retryBackoffMs: from.retryBackoffMs,
    // Devices in the field are at stake: neither windows nor freezes hold it back, what the device itself says does.
    policy: { ...defaultPolicy, priority: 100, ignoreFreezes: true, budgets: from.policy.budgets },
    returns: from.id,
    createdBy: `rollout:${from.id}`,
    approvedBy: [],
    createdAt: now,
    startedAt: now,
    endedAt: null,
    revision: 1,
  };
  await tx.insertRollout(rollout);
  const event = { object: `rollout/${rollout.id}`, fleet: from.fleet, before: null, after: digestOf(rollout) };
  await tx.appendAudit({ ...event, verb: 'rollout.created', reason: `back to ${release.version} from ${from.id}` });
  await tx.appendAudit({ ...event, verb: 'rollout.started', reason });
  return rollout;
}

const returnPhase: Phase = {
  name: 'back',
  size: { share: 1 },
  maxInFlight: 1_000,
  failureThreshold: { share: 0.2 },
  successShare: 0.9,
  minSoakMs: 0,
  promote: 'automatic',
  status: 'waiting',
  bucketLimit: 0,
  members: 0,
  openedAt: null,
  forgivenFailures: 0,
  soakFrom: null,
  endedAt: null,
};
