import { deviceScope, type Store, sealDeviceToken, serverScope } from '@fettle/control';
import { FettleError, type Instant } from '@fettle/model';
import { type Ground, leaseMs, makeDevices, openServers, type Servers } from './assemble.ts';
import { letFail } from './faults.ts';
import { type Commit, watchCommits } from './judge/commits.ts';
import { Judge } from './judge/judge.ts';
import type { Violation } from './judge/violation.ts';
import { createBytes } from './kernel/dice.ts';
import { EventLog, type EventLogOptions } from './kernel/event-log.ts';
import { Timeline } from './kernel/timeline.ts';
import { Turnstile } from './kernel/turnstile.ts';
import { invitePeople } from './people.ts';
import { Recorder } from './replay/recorder.ts';
import type { RecordedAct, Recording } from './replay/recording.ts';
import type { OpenWorldStore } from './server/world-store.ts';
import { deviceKeyText, furnish, furnitureOf, worldTenant } from './setup.ts';
import type { Act, WorldPlan } from './world-plan.ts';

export interface WorldSimulationOptions {
  readonly plan: WorldPlan;
  readonly openStore: OpenWorldStore;
  readonly log?: EventLogOptions['keep'];
  /** What the servers find instead of the store: for tests of the judge, which looks at the store itself. */
  readonly disguise?: (store: Store) => Store;
  /** Writes down everything that decisions rest on; for worlds with one server in which no server fails. */
  readonly record?: boolean;
}

export interface WorldResult {
  readonly violations: readonly Violation[];
  /** SHA-256 of the event log. */
  readonly digest: string;
  readonly lines: readonly string[];
  readonly events: number;
  /** How often each status was the last one of a deployment. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly recording: Recording | undefined;
}

export interface WorldSimulation {
  run(): Promise<WorldResult>;
}

const hour = 3_600_000;

/**
 * Makes a world: servers and devices in one process and in virtual time. Servers and devices run the code of real ones;
 * network, database, clocks, power and people are pretended, and everything that goes wrong follows from the seed.
 * @throws FettleError `invalid-input` when a world is to be recorded in which servers fail or wait for their database
 */
export async function createWorldSimulation(options: WorldSimulationOptions): Promise<WorldSimulation> {
  const { plan, disguise = (store) => store } = options;
  if (options.record) demandExact(plan);
  const timeline = new Timeline(plan.startAt);
  const log = new EventLog({ keep: options.log ?? 'digest', start: plan.startAt });
  const note = (actor: string, what: string) => log.add(timeline.now, actor, what);
  const judge = new Judge(plan, () => timeline.now);
  const recorder = options.record ? new Recorder(plan.startAt, furnitureOf(plan)) : undefined;
  const clock = { now: () => timeline.now };
  const opened = await options.openStore({ clock, random: createBytes(`${plan.seed}/store`) });
  await opened.createTenant(worldTenant, plan.startAt);
  const store = watchCommits(opened, (commit) => {
    if (log.isKept) for (const line of describe(commit)) note('database', line);
    judge.commit(commit);
    recorder?.commit(commit, timeline.now);
  });
  await store.transact(serverScope(worldTenant), (tx) => furnish(tx, plan));
  const ground: Ground = { plan, timeline, turnstile: new Turnstile(timeline), store, judge, recorder, note };
  const servers = openServers(ground, disguise(store));
  return {
    run: async () => {
      try {
        return await live(ground, servers, log);
      } finally {
        await store.close();
      }
    },
  };
}

async function live(ground: Ground, servers: Servers, log: EventLog): Promise<WorldResult> {
  const { plan, timeline, store, judge, recorder } = ground;
  const { replicas, network } = servers;
  for (const replica of replicas) await replica.start();
  const brain = replicas[0]?.brain;
  if (!brain) throw new FettleError('invalid-input', 'A world needs a server.');
  const devices = makeDevices(ground, network, ({ tenant, device }) =>
    sealDeviceToken(brain, deviceScope(tenant, device, deviceKeyText), plan.durationMs + 24 * hour),
  );
  for (const device of devices) {
    timeline.at(plan.startAt + device.plan.habits.startsAfterMs, () => device.powerOn());
  }
  const onAct = (act: Act, about: Told) => {
    const recorded = actOf(act, about, timeline.now, plan.startAt);
    if (recorded) recorder?.acted(recorded);
  };
  invitePeople({ ...ground, network, onAct });
  letFail({ ...ground, ...servers, devices });
  const reads = store.reads(serverScope(worldTenant));
  for (let at = hour; at < plan.durationMs; at += hour) {
    await timeline.run(plan.startAt + at);
    await judge.recount(reads);
  }
  await timeline.run(plan.startAt + plan.durationMs);
  const recording = recorder?.finish(timeline.now);
  for (const device of devices) device.retire();
  await endDeadlines(ground, servers);
  await judge.end(reads);
  const outcomes: Record<string, number> = {};
  for (const { status } of judge.mirror.deployments.values()) outcomes[status] = (outcomes[status] ?? 0) + 1;
  const { violations } = judge;
  return { violations, digest: log.digest(), lines: log.lines, events: timeline.events, outcomes, recording };
}

/** Lets time pass until the last deadline is over and a server had the time to see it. */
async function endDeadlines({ plan, timeline, judge }: Ground, { replicas }: Servers): Promise<void> {
  for (const replica of replicas) replica.tickEveryMs = hour;
  // What was asked for before the devices fell silent is answered first.
  await timeline.run(timeline.now + leaseMs + 2 * plan.tickEveryMs + 60_000);
  const deadlines = [...judge.mirror.open()].map(({ deadlineAt }) => deadlineAt ?? 0);
  if (deadlines.length === 0) return;
  await timeline.run(Math.max(timeline.now, ...deadlines) + 3 * hour);
}

/** A recording says when each thing was decided: so nothing may be decided on what was read a moment before. */
function demandExact({ replicas, storeDelayMs, faults, rollouts }: WorldPlan): void {
  const isExact = replicas === 1 && storeDelayMs === 0 && faults.every(({ kind }) => kind === 'blackout');
  if (isExact && rollouts.length === 1) return;
  const message =
    'A world is recorded with one server that does not fail or wait for its database, and with one rollout.';
  throw new FettleError('invalid-input', message);
}

interface Told {
  readonly actor: string;
  readonly reason: string;
}

function actOf(act: Act, told: Told, now: Instant, from: Instant): RecordedAct | undefined {
  const about = { at: now - from, actor: told.actor, reason: told.reason };
  switch (act.kind) {
    case 'start':
      return undefined;
    case 'freeze':
      return { ...about, kind: 'freeze', from: now, until: now + act.forMs };
    case 'revoke':
      return { ...about, kind: 'revoke', version: act.version };
    case 'raise-floor':
      return { ...about, kind: 'raise-floor', floor: act.floor };
    case 'quarantine':
    case 'accept':
      return { ...about, kind: act.kind, device: act.device };
    case 'tag':
      return { ...about, kind: 'tag', device: act.device, tags: act.tags };
    default:
      return { ...about, kind: act.kind };
  }
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
