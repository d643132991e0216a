import {
  checkIn,
  type DeviceScope,
  deviceScope,
  isUnproven,
  type PlanInput,
  promoteRollout,
  type QuietTicket,
  takeReports,
  tickRollouts,
} from '@fettle/control';
import { type DeploymentStatus, FettleError, type Instant, type Release } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { Heap } from '../kernel/heap.ts';
import { Actor, type Deed, type Running } from './actor.ts';
import { act } from './acts.ts';
import { Contacts, never } from './contacts.ts';
import { Donors } from './donors.ts';
import { prolong } from './prolong.ts';
import type { Offset, RecordedAct, RecordedAttempt, Recording, Tell } from './recording.ts';
import { type ReplayResult, summarise } from './result.ts';
import { ReplaySeen } from './seen-times.ts';
import { recordedKey, rolloutOf, type Stage, setStage } from './stage.ts';
import { justAfter, type Told, tell } from './told.ts';
import { usualAttempt } from './usual-attempt.ts';
import { isBeyond, isStillFull, lookAt } from './waits.ts';

export interface ReplayOptions {
  /** Another plan than the one that ran; the one that ran when absent. */
  readonly plan?: PlanInput | undefined;
  /** What is drawn by lot depends on it alone. */
  readonly seed?: string | undefined;
  /** How long a phase that waits for a person waits, when the plan is another than the one that ran. */
  readonly promoteAfterMs?: number | undefined;
  /** How long another plan than the one that ran may take; as long as the recording when absent. */
  readonly durationMs?: number | undefined;
}

type CachedContext = Awaited<ReturnType<Stage['brain']['contexts']['get']>>;

const ticket: QuietTicket = { part: 0, tag: 0, digest: [0, 0, 0, 0], changes: 0, epoch: 0 };
/** A device that hears that it should give up says so at its next breath. */
const givesUpAfterMs = 1_000;

/**
 * Decides a recorded fleet anew, with the code that decides in a server, in virtual time. With the plan that ran, what
 * is decided is what was decided.
 * Cost: a check-in at which nothing can have changed is never looked at; any other some ten microseconds.
 */
export async function replay(recording: Recording, options: ReplayOptions = {}): Promise<ReplayResult> {
  const run = new ReplayRun(recording, options);
  return run.run();
}

/** Something that is done at a moment. */
interface Pending {
  readonly at: Offset;
  run(stage: Stage): Promise<unknown>;
}

class ReplayRun {
  readonly #recording: Recording;
  readonly #options: ReplayOptions;
  readonly #actors: readonly Actor[];
  readonly #scopes: readonly DeviceScope[];
  readonly #clock: { now: number };
  readonly #donors: Donors;
  readonly #seen: ReplaySeen;
  readonly #seed: string;
  /** When devices that check in by themselves are next looked at; entries whose time was changed are passed over. */
  readonly #wakes = new Heap<{ readonly at: Offset; readonly device: number }>(
    (a, b) => a.at < b.at || (a.at === b.at && a.device < b.device),
  );
  readonly #deeds = new Heap<{ at: Offset; device: number; order: number; running: Running; deed: Deed }>(
    (a, b) => a.at < b.at || (a.at === b.at && (a.device < b.device || (a.device === b.device && a.order < b.order))),
  );
  #order = 0;
  /** How often something of the fleet changed but counts. */
  #changes = 0;
  #guessed = 0;
  #handled = 0;
  readonly #asleep = new Set<number>();
  /** When nobody who ran the plan that ran has anything left to do. */
  readonly #recordedEnd: Offset;
  readonly #ticks: Contacts;
  readonly #openings: ReadonlySet<Offset>;
  #tickAt: Offset = never;
  #pending: Pending[] = [];

  constructor(given: Recording, options: ReplayOptions) {
    const { fleet, header } = given;
    const isTold = header.source === 'server' && options.plan === undefined;
    const { recording, ticks, openings } = isTold ? tell(given) : asRecorded(given, options);
    const { devices } = recording;
    this.#recording = recording;
    this.#recordedEnd = header.until - header.from;
    this.#ticks = ticks;
    this.#openings = openings;
    this.#options = options;
    this.#seed = options.seed ?? '1';
    this.#actors = devices.map((device) => new Actor(device));
    this.#scopes = devices.map(({ device }) => deviceScope(fleet.fleet.tenant, device.id, recordedKey));
    this.#clock = { now: header.from };
    this.#donors = new Donors(devices, this.#seed);
    this.#seen = new ReplaySeen(
      (isTold ? given : recording).devices.map(({ device, contacts }) => ({ id: device.id, contacts })),
      { from: header.from, now: () => this.#clock.now, shortMs: 1.6 * fleet.fleet.checkInIntervalMs },
    );
  }

  async run(): Promise<ReplayResult> {
    const { header, acts } = this.#recording;
    const { seed, clock, seen } = { seed: this.#seed, clock: this.#clock, seen: this.#seen };
    const stage: Stage = await setStage(this.#recording, {
      seed,
      clock,
      seen,
      measuring: () => this.#measuring(stage),
    });
    this.#pending = this.#actsOf(acts);
    for (const device of this.#actors.keys()) this.#wake(device, this.#nextContact(device, 0));
    this.#tickAt = this.#ticks.next(0);
    await this.#runUntil(stage, justAfter(header.until - header.from));
    return summarise(this.#recording, stage.decisions, {
      guessed: this.#guessed,
      handled: this.#handled,
      plan: this.#options.plan,
    });
  }

  /** Lets everything happen that comes before a moment. */
  async #runUntil(stage: Stage, end: Offset): Promise<void> {
    const { from } = this.#recording.header;
    for (;;) {
      const actAt = this.#pending[0]?.at ?? never;
      const wake = this.#wakes.first;
      const deed = this.#deeds.first;
      const at = Math.min(actAt, this.#tickAt, wake?.at ?? never, deed?.at ?? never);
      if (at >= end) return;
      this.#clock.now = from + Math.floor(at);
      if (actAt === at) {
        await this.#pending.shift()?.run(stage);
        await this.#noticeChange(stage, at);
      } else if (this.#tickAt === at) {
        this.#tickAt = this.#ticks.next(justAfter(at));
        await this.#tick(stage);
        await this.#noticeChange(stage, at);
        if (at > this.#recordedEnd && isOver(stage, this.#recording)) return;
      } else if (deed?.at === at && !(wake?.at === at && wake.device < deed.device)) {
        this.#deeds.take();
        await this.#do(stage, deed);
      } else if (wake) {
        this.#wakes.take();
        const contact = this.#actors[wake.device]?.wakeAt === at ? this.#contact(stage, wake.device, at) : undefined;
        if (contact) await contact;
      }
    }
  }

  /** While a phase is being counted, life goes on until the moment at which it was opened. */
  async #measuring(stage: Stage): Promise<void> {
    const opened = this.#tickAt;
    if (!this.#openings.has(opened)) return;
    this.#tickAt = this.#ticks.next(justAfter(opened));
    await this.#runUntil(stage, opened);
    this.#clock.now = this.#recording.header.from + Math.floor(opened);
  }

  /** The beginning of the rollout and what people did, in order of time. */
  #actsOf(acts: readonly RecordedAct[]): Pending[] {
    const recording = this.#recording;
    const { plan } = this.#options;
    const rollout = rolloutOf(recording, plan);
    const begin = {
      at: recording.fleet.startedAt,
      run: async ({ store, brain }: Stage) => {
        const { tenant } = recording.fleet.fleet;
        await store.transact({ tenant, actor: rollout.createdBy, permissions: new Set() }, (tx) =>
          tx.insertRollout(rollout),
        );
        brain.contexts.structureChanged(tenant, rollout.fleet);
        brain.notifier.fleetChanged(tenant, rollout.fleet, { kind: 'structure' });
      },
    };
    // What people did to the rollout answered what it did: to another plan they would have answered otherwise.
    const kept = plan ? acts.filter(({ kind }) => !ofRollout.has(kind)) : acts;
    return [
      begin,
      ...kept.map((one) => ({ at: one.at, run: (stage: Stage) => act(stage.brain, recording, one) })),
    ].sort((a, b) => a.at - b.at);
  }

  async #tick(stage: Stage): Promise<void> {
    await tickRollouts(stage.brain);
    const { plan, promoteAfterMs = 0 } = this.#options;
    if (plan) await this.#promote(stage, promoteAfterMs);
  }

  /** Plays the person whom a phase waits for, by its plan or because its gate cannot learn more. */
  async #promote({ brain, store }: Stage, afterMs: number): Promise<void> {
    const { tenant } = this.#recording.fleet.fleet;
    const rollout = store.tables.rollouts.get(this.#recording.fleet.rollout.id);
    const phase = rollout?.phases.findLast(({ status }) => status !== 'waiting');
    const since = phase?.status === 'passed' ? phase.endedAt : phase?.asksSince;
    if (rollout?.status !== 'running' || since === undefined || since === null) return;
    if (this.#clock.now - since < afterMs) return;
    const scope = { tenant, actor: 'operator:replay', permissions: new Set(['rollout.write', 'fleet.read'] as const) };
    await promoteRollout(scope, brain, rollout.id, 'the replay says so');
  }

  /** After something of the fleet changed, everybody who slept is looked at again. */
  async #noticeChange(stage: Stage, at: Offset): Promise<void> {
    if (!stage.takeChange()) return;
    this.#changes++;
    if (this.#asleep.size === 0) return;
    const context = await this.#context(stage);
    for (const device of [...this.#asleep]) {
      const actor = this.#actors[device] as Actor;
      if (isBeyond(actor.recorded.device.id, context, actor.bucketOf)) continue;
      this.#asleep.delete(device);
      if (!this.#look(stage, device, { at, context })) this.#wake(device, this.#nextContact(device, at));
    }
  }

  /** A check-in of a device with nothing recorded as under way. */
  #contact(stage: Stage, device: number, at: Offset): Promise<void> | undefined {
    const actor = this.#actors[device] as Actor;
    actor.wakeAt = never;
    const isBusy = actor.running !== undefined && actor.running.contactsLeft > 0 && isOpen(stage, actor.running);
    if (isBusy) {
      this.#wake(device, this.#nextContact(device, justAfter(at)));
      return undefined;
    }
    const context = this.#contextNow(stage);
    if (context && this.#look(stage, device, { at, context })) return undefined;
    return this.#contactWithNews(stage, device, at);
  }

  /**
   * Decides about a device that has nothing to tell without the way through a server, and when it is next worth looking.
   * @returns whether that was all there is to its check-in
   */
  #look(stage: Stage, device: number, seen: { readonly at: Offset; readonly context: CachedContext }): boolean {
    const actor = this.#actors[device] as Actor;
    const { at, context } = seen;
    const record = stage.store.tables.devices.get(actor.recorded.device.id);
    if (!record || !actor.isTold || at >= actor.nextSayingAt) return false;
    if (record.openDeployment !== null || isUnproven(record)) return false;
    const { now } = this.#clock;
    const isFull =
      actor.waits?.changes === this.#changes && isStillFull(record, context, { wait: actor.waits.wait, now });
    if (!isFull) {
      const found = lookAt(record, context, now);
      if (found.kind === 'offer') return false;
      if (found.kind === 'asleep') {
        this.#sleep(device, at, found.until);
        return true;
      }
      actor.waits = { wait: found.wait, changes: this.#changes };
    }
    this.#wake(device, this.#nextContact(device, justAfter(at)));
    return true;
  }

  async #contactWithNews(stage: Stage, device: number, at: Offset): Promise<void> {
    const until = await this.#checkIn(stage, device, at, undefined);
    if (until === undefined) this.#wake(device, this.#nextContact(device, justAfter(at)));
    else this.#sleep(device, at, until);
  }

  /** Nothing can come of its check-ins before the hold may end, the device says something else, or the fleet changes. */
  #sleep(device: number, at: Offset, until: Instant): void {
    const soonest = Math.min(until - this.#recording.header.from, (this.#actors[device] as Actor).nextSayingAt);
    this.#asleep.add(device);
    this.#wake(device, this.#nextContact(device, Math.max(soonest, justAfter(at))));
  }

  #contextNow({ brain }: Stage): CachedContext | undefined {
    const { fleet } = this.#recording.fleet;
    return brain.contexts.peek(fleet.tenant, fleet.id);
  }

  #context(stage: Stage): CachedContext | Promise<CachedContext> {
    const { fleet } = this.#recording.fleet;
    return this.#contextNow(stage) ?? stage.brain.contexts.get(fleet.tenant, fleet.id);
  }

  /** @returns until when nothing can come of its check-ins, if that is known */
  async #checkIn(stage: Stage, device: number, at: Offset, tell: Tell | undefined): Promise<number | undefined> {
    const actor = this.#actors[device] as Actor;
    const said = actor.says(at);
    const reports = tell && this.#reportsOf(actor, tell);
    const message = reports && reports.length > 0 ? { ...said, reports } : said;
    const { skewSeconds } = actor.recorded;
    const seen = skewSeconds === 0 ? { ticket } : { ticket, clockSkewSeconds: skewSeconds };
    stage.takeStability();
    this.#handled++;
    const answer = await checkIn(this.#scopes[device] as DeviceScope, stage.brain, message, seen);
    actor.isTold = true;
    if (answer.offer && !actor.deployments.includes(answer.offer.deployment))
      this.#begin(stage, device, at, answer.offer);
    if (answer.abort !== undefined) this.#giveUp(device, at, answer.abort);
    return stage.takeStability();
  }

  #begin(stage: Stage, device: number, at: Offset, offer: native.OfferMessage): void {
    const actor = this.#actors[device] as Actor;
    actor.deployments.push(offer.deployment);
    const release = releaseOf(stage, offer.version);
    const attempt = this.#attemptOf(actor, offer);
    const running: Running = {
      attempt,
      deployment: offer.deployment,
      release,
      contactsLeft: attempt.contacts.length,
      isGivenUp: false,
      hasRebooted: false,
      lastSequence: 0,
      lookedAt: this.#changes,
    };
    actor.running = running;
    const plan = (ms: number, deed: Deed) => this.#plan({ at: at + ms, device, running, deed });
    if (attempt.runsMs !== null) plan(attempt.runsMs, { kind: 'runs' });
    if (attempt.revertsMs !== null) plan(attempt.revertsMs, { kind: 'reverts' });
    for (const ms of attempt.contacts) plan(ms, { kind: 'contact' });
    for (const tell of attempt.tells) plan(tell.ms, { kind: 'tell', tell });
  }

  #attemptOf(actor: Actor, { version, attempt: number }: native.OfferMessage): RecordedAttempt {
    const recorded = actor.recordedAttempt(version);
    // With the plan that ran, everything goes as it went; else one that was called off might have gone on.
    if (recorded && (!this.#options.plan || !recorded.isAborted)) return recorded;
    this.#guessed++;
    return this.#donors.draw(actor.recorded, { version, number }) ?? usualAttempt(version, number);
  }

  #plan(entry: { at: Offset; device: number; running: Running; deed: Deed }): void {
    this.#deeds.add({ ...entry, order: this.#order++ });
  }

  async #do(
    stage: Stage,
    { at, device, running, deed }: { at: Offset; device: number; running: Running; deed: Deed },
  ): Promise<void> {
    const actor = this.#actors[device] as Actor;
    actor.waits = undefined;
    if (deed.kind === 'contact') {
      running.contactsLeft--;
      if (this.#isQuiet(stage, actor, { at, running })) {
        this.#seen.note(actor.recorded.device.id, this.#clock.now);
        return;
      }
      running.lookedAt = this.#changes;
      await this.#checkIn(stage, device, at, undefined);
    } else if (running.isGivenUp && !(deed.kind === 'tell' && isAborted(deed.tell))) {
      return;
    } else if (deed.kind === 'tell') {
      await this.#tell(stage, device, at, { running, tell: deed.tell });
    } else {
      actor.says(at);
      if (deed.kind === 'runs') actor.run(running.release);
      else actor.revert();
    }
    // What it does next may be news: its next check-in is looked at again.
    this.#asleep.delete(device);
    this.#wake(device, this.#nextContact(device, deed.kind === 'runs' || deed.kind === 'reverts' ? at : justAfter(at)));
  }

  /** Whether a check-in while the attempt is open can only be told the same again: only a stop would be news. */
  #isQuiet(stage: Stage, actor: Actor, { at, running }: { at: Offset; running: Running }): boolean {
    if (actor.running !== running || running.lookedAt !== this.#changes || !actor.isTold) return false;
    return at < actor.nextSayingAt && isOpen(stage, running);
  }

  async #tell(
    stage: Stage,
    device: number,
    at: Offset,
    { running, tell }: { running: Running; tell: Tell },
  ): Promise<void> {
    const actor = this.#actors[device] as Actor;
    for (const { sequence, status, back } of tell.reports) {
      if (back !== 0) continue;
      running.lastSequence = Math.max(running.lastSequence, sequence);
      if (status === 'rebooting' || status === 'checking') running.hasRebooted = true;
    }
    if (tell.isCheckIn) {
      await this.#checkIn(stage, device, at, tell);
      return;
    }
    const reports = this.#reportsOf(actor, tell);
    this.#handled++;
    const answer = await takeReports(this.#scopes[device] as DeviceScope, stage.brain, { reports });
    if (answer.abort !== undefined) this.#giveUp(device, at, answer.abort);
  }

  #reportsOf(actor: Actor, tell: Tell): native.ReportMessage[] {
    const newest = actor.deployments.length - 1;
    return tell.reports.flatMap(({ back, sequence, status, error, detail }) => {
      const deployment = actor.deployments[newest - back];
      if (deployment === undefined) return [];
      return [{ deployment, sequence, status, ...(error ? { error } : {}), ...(detail ? { detail } : {}) }];
    });
  }

  /** Told to give up where it was not told in the recording: it does, unless it is too late. */
  #giveUp(device: number, at: Offset, deployment: string): void {
    const running = this.#actors[device]?.running;
    if (running?.deployment !== deployment || running.attempt.isAborted || running.isGivenUp || running.hasRebooted)
      return;
    running.isGivenUp = true;
    running.contactsLeft = 0;
    const report = { back: 0, sequence: running.lastSequence + 1, status: 'aborted' as DeploymentStatus };
    const tell = { ms: 0, isCheckIn: false, reports: [report] };
    this.#plan({ at: at + givesUpAfterMs, device, running, deed: { kind: 'tell', tell } });
  }

  #wake(device: number, at: Offset): void {
    const actor = this.#actors[device] as Actor;
    if (actor.wakeAt === at) return;
    actor.wakeAt = at;
    if (at !== never) this.#wakes.add({ at, device });
  }

  #nextContact(device: number, from: Offset): Offset {
    return (this.#actors[device] as Actor).recorded.contacts.next(from);
  }
}

const ofRollout: ReadonlySet<RecordedAct['kind']> = new Set<RecordedAct['kind']>([
  'pause',
  'resume',
  'abort',
  'promote',
  'send-back',
]);

/** Every moment that was recorded, and what comes after them when another plan takes longer. */
function asRecorded(given: Recording, { plan, durationMs = 0 }: ReplayOptions): Told {
  const recording = plan ? prolong(given, durationMs) : given;
  return { recording, ticks: new Contacts(recording.header.ticks), openings: new Set() };
}

/** Whether the rollout waits for nothing that would come by itself. */
function isOver({ store: { tables } }: Stage, { fleet: { rollout } }: Recording): boolean {
  if (tables.rollouts.get(rollout.id)?.status === 'running') return false;
  return [...(tables.counts.get(rollout.id)?.values() ?? [])].every(({ open }) => open === 0);
}

function isAborted({ reports }: Tell): boolean {
  return reports.some(({ status }) => status === 'aborted');
}

function isOpen({ store }: Stage, { deployment }: Running): boolean {
  return store.tables.deployments.get(deployment as never)?.deadlineAt != null;
}

function releaseOf({ store }: Stage, version: string): Release {
  for (const release of store.tables.releases.values()) if (release.version === version) return release;
  throw new FettleError('internal', `The recording has no release ${version}.`);
}
