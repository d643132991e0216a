import { deviceScope, type Scope, type Store, sealDeviceToken, serverScope } from '@fettle/control';
import { deviceId, FettleError } from '@fettle/model';
import { type DeviceWatcher, WorldDevice } from './device/world-device.ts';
import { letFail } from './faults.ts';
import { type Commit, watchCommits } from './judge/commits.ts';
import { Judge } from './judge/judge.ts';
import type { Violation } from './judge/violation.ts';
import { createBytes, createDice } from './kernel/dice.ts';
import { EventLog, type EventLogOptions } from './kernel/event-log.ts';
import { Timeline } from './kernel/timeline.ts';
import { invitePeople } from './people.ts';
import { Duty } from './server/duty.ts';
import { Network } from './server/network.ts';
import { NoticeBoard } from './server/notices.ts';
import { Replica } from './server/replica.ts';
import type { OpenWorldStore, WorldStore } from './server/world-store.ts';
import { deviceKeyText, digestOf, furnish, worldTenant } from './setup.ts';
import type { ReleasePlan, WorldPlan } from './world-plan.ts';

export interface WorldSimulationOptions {
  readonly plan: WorldPlan;
  readonly openStore: OpenWorldStore;
  readonly log?: EventLogOptions['keep'];
  /** What the servers find instead of the store: for tests of the judge, which looks at the store itself. */
  readonly disguise?: (store: Store) => Store;
}

export interface WorldResult {
  readonly violations: readonly Violation[];
  /** SHA-256 of the event log. */
  readonly digest: string;
  readonly lines: readonly string[];
  readonly events: number;
  /** How often each status was the last one of a deployment. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface WorldSimulation {
  readonly judge: Judge;
  run(): Promise<WorldResult>;
}

const hour = 3_600_000;
const leaseMs = 90_000;

/**
 * Makes a world: servers and devices in one process and in virtual time. Servers and devices run the code of real ones;
 * network, database, clocks, power and people are pretended, and everything that goes wrong follows from the seed.
 */
export async function createWorldSimulation(options: WorldSimulationOptions): Promise<WorldSimulation> {
  const { plan } = options;
  const timeline = new Timeline(plan.startAt);
  const log = new EventLog({ keep: options.log ?? 'digest', start: plan.startAt });
  const note = (actor: string, what: string) => log.add(timeline.now, actor, what);
  const judge = new Judge(plan, () => timeline.now);
  const clock = { now: () => timeline.now };
  const opened = await options.openStore({ clock, random: createBytes(`${plan.seed}/store`) });
  const store = watchCommits(opened, (commit) => {
    for (const line of describe(commit)) note('database', line);
    judge.commit(commit);
  });
  await store.createTenant(worldTenant, plan.startAt);
  await store.transact(serverScope(worldTenant), (tx) => furnish(tx, plan));
  const servers = openServers(options, { timeline, store, note });
  const onBroken = (caller: string, error: unknown) => judge.accuse('broken', `to ${caller}: ${error}`);
  const network = new Network({ timeline, replicas: servers.replicas, mostLatencyMs: 200, onBroken, note });
  const devices = makeDevices({ plan, timeline, network, judge, note });
  return {
    judge,
    run: async () => {
      try {
        return await live({ plan, timeline, store, judge, log, note, network, devices, ...servers });
      } finally {
        await store.close();
      }
    },
  };
}

interface Parts {
  readonly plan: WorldPlan;
  readonly timeline: Timeline;
  readonly store: WorldStore;
  readonly judge: Judge;
  readonly log: EventLog;
  readonly note: (actor: string, what: string) => void;
  readonly network: Network;
  readonly replicas: readonly Replica[];
  readonly notices: NoticeBoard;
  readonly devices: MakeDevices;
}

function openServers(
  { plan, disguise = (store) => store }: WorldSimulationOptions,
  { timeline, store, note }: Pick<Parts, 'timeline' | 'store' | 'note'>,
): Pick<Parts, 'replicas' | 'notices'> {
  const notices = new NoticeBoard(timeline, createDice(plan.seed, 'notices'), {
    mostDelayMs: plan.storeDelayMs * 20,
    doubledShare: 0.1,
  });
  const duty = new Duty(timeline, store, leaseMs);
  const seen = disguise(store);
  const replicas = Array.from({ length: plan.replicas }, (_, index) => {
    const { seed, tickEveryMs, storeDelayMs: mostDelayMs } = plan;
    const name = `server-${index}`;
    const flushSeen = () => store.flushSeen();
    const world = { seed, timeline, store: seen, duty, notices, flushSeen, note };
    const replica = new Replica({ ...world, name, tickEveryMs, mostDelayMs });
    notices.join(replica);
    return replica;
  });
  return { replicas, notices };
}

type MakeDevices = (token: (scope: Scope & { device: ReturnType<typeof deviceId> }) => string) => WorldDevice[];

function makeDevices({ plan, timeline, network, judge, note }: Omit<Parts, 'store' | 'log' | 'replicas' | 'notices' | 'devices'>): MakeDevices {
  const byCounter = new Map(plan.releases.map((release) => [release.counter, release]));
  const releaseOf = (counter: number): ReleasePlan => {
    const found = byCounter.get(counter);
    if (!found) throw new FettleError('internal', `The world has no release ${counter}.`);
    return found;
  };
  const watcher: DeviceWatcher = {
    note,
    offered: (device, offer, { askedAt }) => judge.offered(device, offer, askedAt),
    acknowledged: (_, deployment, sequence) => judge.acknowledged(deployment, sequence),
    reported: (device, report) => {
      note(device.id, `says ${report.deployment} #${report.sequence} ${report.status}`);
      judge.reported(report);
    },
    committed: (device, deployment, release) => note(device.id, `commits ${release.version} (${deployment})`),
  };
  return (token) =>
    plan.devices.map((device) => {
      const scope = deviceScope(worldTenant, deviceId(device.id), deviceKeyText);
      const dice = createDice(plan.seed, 'device', device.id);
      const about = { seed: plan.seed, plan: device, scope, token: token(scope), timeline, startAt: plan.startAt };
      return new WorldDevice({ ...about, network, dice, releaseOf, digestOf, watcher });
    });
}

async function live(parts: Parts): Promise<WorldResult> {
  const { plan, timeline, store, judge, log, replicas } = parts;
  for (const replica of replicas) await replica.start();
  const [first] = replicas;
  const brain = first?.brain;
  if (!brain) throw new FettleError('invalid-input', 'A world needs a server.');
  const devices = parts.devices((scope) => sealDeviceToken(brain, deviceScope(scope.tenant, scope.device, deviceKeyText), 7 * 24 * hour));
  for (const device of devices) timeline.at(plan.startAt + device.plan.habits.startsAfterMs, () => device.powerOn());
  invitePeople(parts);
  letFail({ ...parts, devices });
  const reads = store.reads(serverScope(worldTenant));
  for (let at = hour; at < plan.durationMs; at += hour) {
    await timeline.run(plan.startAt + at);
    await judge.recount(reads);
  }
  await timeline.run(plan.startAt + plan.durationMs);
  for (const device of devices) device.retire();
  await endDeadlines(parts);
  await judge.end(reads);
  const outcomes: Record<string, number> = {};
  for (const { status } of judge.mirror.deployments.values()) outcomes[status] = (outcomes[status] ?? 0) + 1;
  return { violations: judge.violations, digest: log.digest(), lines: log.lines, events: timeline.events, outcomes };
}

/** Lets time pass until the last deadline is over and a server had the time to see it. */
async function endDeadlines({ plan, timeline, judge, replicas }: Parts): Promise<void> {
  for (const replica of replicas) replica.tickEveryMs = hour;
  // What was asked for before the devices fell silent is answered first.
  await timeline.run(timeline.now + leaseMs + 2 * plan.tickEveryMs + 60_000);
  const deadlines = [...judge.mirror.open()].map(({ deadlineAt }) => deadlineAt ?? 0);
  if (deadlines.length === 0) return;
  await timeline.run(Math.max(timeline.now, ...deadlines) + 3 * hour);
}

function* describe({ actor, writes }: Commit): Generator<string> {
  for (const written of writes) {
    if (written.kind === 'deployment' || written.kind === 'deployment-born') {
      const { id, device, attempt, status } = written.deployment;
      yield `${actor}: ${id} of ${device}, attempt ${attempt}: ${status}`;
    } else if (written.kind === 'rollout') {
      const { id, status, revision, phases } = written.rollout;
      yield `${actor}: ${id} revision ${revision} ${status}: ${phases.map((phase) => phase.status).join(' ')}`;
    } else if (written.kind === 'fleet' || written.kind === 'release') {
      yield `${actor}: ${written.kind}`;
    }
  }
}
