import { deviceScope, type Scope, type Store } from '@fettle/control';
import { type DeviceId, deviceId, FettleError } from '@fettle/model';
import { type DeviceWatcher, WorldDevice } from './device/world-device.ts';
import type { Judge } from './judge/judge.ts';
import { createDice } from './kernel/dice.ts';
import type { Timeline } from './kernel/timeline.ts';
import type { Turnstile } from './kernel/turnstile.ts';
import type { Recorder } from './replay/recorder.ts';
import { Duty } from './server/duty.ts';
import { Network } from './server/network.ts';
import { NoticeBoard } from './server/notices.ts';
import { Replica } from './server/replica.ts';
import type { WorldStore } from './server/world-store.ts';
import { deviceKeyText, digestOf, worldTenant } from './setup.ts';
import type { ReleasePlan, WorldPlan } from './world-plan.ts';

/** What everything in a world shares. */
export interface Ground {
  readonly plan: WorldPlan;
  readonly timeline: Timeline;
  readonly turnstile: Turnstile;
  readonly store: WorldStore;
  readonly judge: Judge;
  readonly recorder: Recorder | undefined;
  readonly note: (actor: string, what: string) => void;
}

export interface Servers {
  readonly replicas: readonly Replica[];
  readonly notices: NoticeBoard;
  readonly network: Network;
}

/** How long a process leads without renewing it. */
export const leaseMs = 90_000;

/** @param store as the servers find it */
export function openServers(ground: Ground, store: Store): Servers {
  const { plan, timeline, turnstile, judge, recorder, note } = ground;
  const notices = new NoticeBoard(timeline, createDice(plan.seed, 'notices'), {
    mostDelayMs: plan.storeDelayMs * 20,
    doubledShare: 0.1,
  });
  const duty = new Duty(timeline, ground.store, leaseMs);
  const flushSeen = () => ground.store.flushSeen();
  const onTick = () => recorder?.ticked(timeline.now);
  const replicas = Array.from({ length: plan.replicas }, (_, index) => {
    const { seed, tickEveryMs, storeDelayMs: mostDelayMs } = plan;
    const world = { seed, timeline, turnstile, store, duty, notices, flushSeen, onTick, note };
    const replica = new Replica({ ...world, name: `server-${index}`, tickEveryMs, mostDelayMs });
    notices.join(replica);
    return replica;
  });
  const onBroken = (caller: string, error: unknown) => judge.accuse('broken', `to ${caller}: ${error}`);
  const network = new Network({ timeline, turnstile, replicas, mostLatencyMs: 200, onBroken, note });
  return { replicas, notices, network };
}

/** @param token makes the bearer token of a device */
export function makeDevices(
  { plan, timeline, judge, recorder, note }: Ground,
  network: Network,
  token: (scope: Scope & { readonly device: DeviceId }) => string,
): WorldDevice[] {
  const watcher = watcherOf({ timeline, judge, recorder, note });
  const releaseOf = releasesOf(plan);
  return plan.devices.map((device) => {
    const scope = deviceScope(worldTenant, deviceId(device.id), deviceKeyText);
    const dice = createDice(plan.seed, 'device', device.id);
    const about = { seed: plan.seed, plan: device, scope, token: token(scope), timeline, startAt: plan.startAt };
    return new WorldDevice({ ...about, network, dice, releaseOf, digestOf, watcher });
  });
}

function releasesOf(plan: WorldPlan): (counter: number) => ReleasePlan {
  const byCounter = new Map(plan.releases.map((release) => [release.counter, release]));
  return (counter) => {
    const found = byCounter.get(counter);
    if (!found) throw new FettleError('internal', `The world has no release ${counter}.`);
    return found;
  };
}

function watcherOf({
  timeline,
  judge,
  recorder,
  note,
}: Pick<Ground, 'timeline' | 'judge' | 'recorder' | 'note'>): DeviceWatcher {
  return {
    note,
    checksIn: ({ id, habits }, said) =>
      recorder?.checkedIn(id as DeviceId, timeline.now, { said, skewSeconds: habits.clockSkewSeconds }),
    sends: ({ id }, reports) => recorder?.reported(id as DeviceId, timeline.now, reports),
    calledOff: ({ id }, deployment) => recorder?.calledOff(id as DeviceId, deployment),
    offered: (device, offer, { askedAt }) => judge.offered(device, offer, askedAt),
    acknowledged: (_, deployment, sequence) => judge.acknowledged(deployment, sequence),
    reported: ({ id }, report) => {
      note(id, `says ${report.deployment} #${report.sequence} ${report.status}`);
      judge.reported(report);
    },
    committed: ({ id }, deployment, release) => note(id, `commits ${release.version} (${deployment})`),
  };
}
