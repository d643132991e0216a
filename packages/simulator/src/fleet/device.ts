import type { Attributes } from '@fettle/model';
import { native } from '@fettle/protocol';
import type { NewFleetEvent } from './events.ts';
import { highestCounter } from './examine.ts';
import type { Saying } from './habits.ts';
import { enrolMessage, tokenMessage } from './identity.ts';
import { type DeviceMemory, newMemory, type Running } from './memory.ts';
import { type MisbehaviourName, misbehavioursDuring } from './misbehaviour.ts';
import { createRandom, type Random } from './random.ts';
import { addReport, reportsToSend, settleReports } from './reporting.ts';
import { type Answer, type Link, problemCode } from './transport.ts';
import { type UpdateHost, UpdateRun, versionOf } from './update.ts';
import type { World } from './world.ts';

/** First and longest wait after a refusal or a silence, in milliseconds of the device's life. */
const backoffMs = { first: 5_000, longest: 300_000 } as const;
/** However fast it lives, a device leaves the server this much peace. */
const shortestWaitMs = 20;
const forgottenBase = 500_000;
const dayMs = 86_400_000;

export interface DeviceTraits {
  readonly id: string;
  readonly type: string;
  readonly misbehaviour: MisbehaviourName | undefined;
  readonly factory: Running;
  readonly says: Saying;
}

/** What a device is doing right now. */
export type DeviceState = 'new' | 'idle' | 'silent' | NonNullable<DeviceMemory['update']>['stage'];

/** One pretend device: enrols, proves its key, checks in, updates and reports as a real one does. */
export class PretendDevice implements UpdateHost {
  readonly id: string;
  readonly type: string;
  readonly world: World;
  readonly misbehaviour: MisbehaviourName | undefined;
  memory: DeviceMemory;
  readonly #random: Random;
  readonly #run: UpdateRun;
  readonly #says: Saying;
  #token: string | undefined;
  #failures = 0;
  /** What the server was last told that runs here. */
  #told: Running | undefined;
  #mayHaveForgotten: boolean;
  #bootedAt: number;
  /** Acknowledged reports that a doubling device sends once more. */
  #again: readonly native.ReportMessage[] = [];

  constructor(traits: DeviceTraits, world: World, memory?: DeviceMemory) {
    this.id = traits.id;
    this.type = traits.type;
    this.misbehaviour = traits.misbehaviour;
    this.world = world;
    this.memory = memory ?? newMemory(traits.factory);
    this.#mayHaveForgotten = memory === undefined;
    this.#random = createRandom(world.settings.seed, 'life', traits.id);
    this.#run = new UpdateRun(this);
    this.#says = traits.says;
    this.#bootedAt = world.now();
  }

  get token(): string {
    return this.#token ?? '';
  }

  get state(): DeviceState {
    if (this.memory.silent) return 'silent';
    if (this.memory.update) return this.memory.update.stage;
    return this.memory.enrolled ? 'idle' : 'new';
  }

  /** Whether the server knows all there is to know: nothing is under way, waits to be told or is about to change. */
  get isSettled(): boolean {
    const { silent, update, outbox, revertIn, current } = this.memory;
    return silent || (!update && outbox.length === 0 && revertIn === null && this.#told === current);
  }

  /** Does the next thing. @returns milliseconds until the step after it; Infinity for never */
  async step(): Promise<number> {
    if (this.memory.silent) return Number.POSITIVE_INFINITY;
    if (!this.memory.enrolled) return await this.#enrol();
    if (this.#token === undefined) return await this.#prove();
    const { update } = this.memory;
    if (!update || this.#run.mustWait(update)) return await this.#checkIn();
    const delay = await this.#run.advance(update);
    await this.#deliver();
    return delay;
  }

  attributes(): Attributes {
    const said = this.#says(this.world.lifeNow());
    return this.world.settings.roots ? { ...said, 'trust-origin': 'provisioned' } : said;
  }

  wrong(version: string): ReadonlySet<MisbehaviourName> {
    const { seed, badReleases } = this.world.settings;
    return misbehavioursDuring(this.misbehaviour, { seed, device: this.id, version }, badReleases);
  }

  takes(usualMs: number): number {
    const factor = this.misbehaviour === 'slow' ? 10 : 1;
    return (usualMs * factor * this.#random.between(0.7, 1.3)) / this.world.settings.speed;
  }

  /** Full jitter, after the cap too: devices that failed together must not come back together. */
  backoff(): number {
    const cap = Math.min(backoffMs.longest, backoffMs.first * 2 ** Math.min(this.#failures, 20));
    this.#failures++;
    return Math.max(shortestWaitMs, (this.#random.next() * cap) / this.world.settings.speed);
  }

  /**
   * A device without memory that is offered something at its very first check-in may have begun it before, and used up
   * numbers then; the server takes a number once. So it begins far above them, later runs above earlier ones.
   */
  sequenceBefore(): number {
    return this.#mayHaveForgotten ? forgottenBase + Math.floor((this.world.now() % dayMs) / 1_000) : 0;
  }

  dropToken(): void {
    this.#token = undefined;
  }

  report(status: native.ReportMessage['status'], more: Pick<native.ReportMessage, 'error' | 'detail'> = {}): void {
    const { update } = this.memory;
    if (!update) return;
    const report = { status, deviceTime: this.clock().toISOString(), ...more };
    const { sequence } = addReport(this.memory, update.deployment, report);
    this.emit({ kind: 'reported', deployment: update.deployment, sequence, status });
  }

  emit(event: NewFleetEvent): void {
    if (event.kind === 'booted') this.#bootedAt = this.world.now();
    this.world.emit(this.id, event);
  }

  async #enrol(): Promise<number> {
    const { id, type } = this;
    const request = enrolMessage(this.world.settings, { id, type, attributes: this.attributes() });
    const answer = await this.#ask(native.nativePaths.enrol, native.enrolRequest.encode(request));
    const message = this.#read(answer, native.enrolResponse);
    if (!message) return this.#afterRefusal(answer);
    this.#failures = 0;
    if (message.status === 'pending') {
      this.emit({ kind: 'pending' });
      return this.#scaled(message.retryAfterSeconds);
    }
    this.memory.enrolled = true;
    this.emit({ kind: 'enrolled' });
    return 0;
  }

  async #prove(): Promise<number> {
    const { settings } = this.world;
    const asked = native.challengeRequest.encode({ tenant: settings.tenant, device: this.id });
    const first = await this.#ask(native.nativePaths.challenge, asked);
    const challenge = this.#read(first, native.challengeResponse)?.challenge;
    if (challenge === undefined) return this.#enrolAgain(first);
    const request = native.tokenRequest.encode(tokenMessage(settings, this.id, challenge));
    const second = await this.#ask(native.nativePaths.token, request);
    const message = this.#read(second, native.tokenResponse);
    if (!message) return this.#enrolAgain(second);
    this.#token = message.token;
    return 0;
  }

  /** The server does not know the device, or not yet: enrolling is idempotent and tells which. */
  #enrolAgain(answer: Answer): number {
    if (answer.kind === 'answer' && answer.status >= 400 && answer.status < 500) this.memory.enrolled = false;
    return this.#afterRefusal(answer);
  }

  async #checkIn(): Promise<number> {
    this.#revertIfTime();
    const askedAt = this.world.now();
    const reports = this.#reports();
    const { current } = this.memory;
    const request: native.CheckInRequest = {
      attributes: this.attributes(),
      current,
      ...(reports.length > 0 && { reports: [...reports] }),
    };
    const answer = await this.#ask(native.nativePaths.checkIn, native.checkInRequest.encode(request));
    const message = this.#read(answer, native.checkInResponse);
    if (!message) return this.#afterRefusal(answer);
    this.#failures = 0;
    this.#told = current;
    this.#settle(reports, message.acknowledged ?? []);
    if (message.abort !== undefined) this.#run.abort(message.abort);
    const { update } = this.memory;
    // What it waits with is offered no more: the server has ended it, by its deadline mostly.
    const isOver = update?.waitingFor && message.abort === undefined && message.offer?.deployment !== update.deployment;
    if (isOver) this.#run.abort(update.deployment);
    if (message.offer) await this.#consider(message.offer, askedAt);
    this.#mayHaveForgotten = false;
    if (this.memory.update && !this.#run.mustWait(this.memory.update)) {
      await this.#deliver();
      return 0;
    }
    // Whatever is left to tell goes soon, all else when the server wants it.
    if (this.memory.outbox.length > 0) return shortestWaitMs;
    return this.#scaled(message.nextCheckInSeconds * (this.misbehaviour === 'impatient' ? 0.1 : 1));
  }

  async #consider(offer: native.OfferMessage, askedAt: number): Promise<void> {
    const { update, lastDeployment, outbox } = this.memory;
    if (update) return;
    if (offer.deployment !== lastDeployment) await this.#run.accept(offer, askedAt);
    else if (outbox.length === 0) {
      const message = `${offer.deployment} is offered again although its end was acknowledged.`;
      this.emit({ kind: 'violation', code: 'offered-again', message });
    }
  }

  async #deliver(): Promise<void> {
    const reports = this.#reports();
    if (reports.length === 0 || this.#token === undefined) return;
    const body = native.reportsRequest.encode({ reports: [...reports] });
    const answer = await this.#ask(native.nativePaths.reports, body);
    const message = this.#read(answer, native.reportsResponse);
    if (!message) {
      // The server may be gone: the update goes on and its reports wait in the outbox.
      this.#afterRefusal(answer);
      return;
    }
    this.#failures = 0;
    this.#settle(reports, message.acknowledged);
    if (message.abort !== undefined) this.#run.abort(message.abort);
  }

  #reports(): readonly native.ReportMessage[] {
    const reports = reportsToSend(this.memory, this.#wrongNow(), this.#again);
    this.#again = [];
    return reports;
  }

  #settle(sent: readonly native.ReportMessage[], acknowledged: readonly native.Acknowledgement[]): void {
    const kept = settleReports(this.memory, sent, acknowledged);
    for (const report of kept) {
      const { deployment, sequence, status } = report;
      if (this.world.ledger.acknowledged(deployment, report)) {
        this.emit({ kind: 'acknowledged', deployment, sequence, status });
        if (this.#wrongNow().has('duplicates-reports')) this.#again = [...this.#again, report];
      }
    }
  }

  #wrongNow(): ReadonlySet<MisbehaviourName> {
    return this.wrong(this.memory.update?.version ?? versionOf(this.memory.current));
  }

  #revertIfTime(): void {
    const { memory, world } = this;
    if (memory.revertIn === null || memory.update) return;
    if (memory.outbox.length > 0 || --memory.revertIn > 0) return;
    memory.revertIn = null;
    if (memory.lastDeployment === null || highestCounter(memory.previous) < memory.floor) return;
    memory.current = memory.previous;
    const deployment = memory.lastDeployment;
    world.ledger.did(deployment, 'rolledBack');
    this.emit({ kind: 'booted', version: versionOf(memory.current) });
    this.emit({ kind: 'ended', deployment, version: versionOf(memory.current), deed: 'rolledBack' });
  }

  #ask(path: string, body: string): Promise<Answer> {
    return this.world.transport.post(path, body, {
      token: this.#token,
      link: this.#link(),
      date: this.clock(),
    });
  }

  #link(): Link {
    if (this.misbehaviour !== 'flapping') return 'up';
    const luck = this.#random.next();
    if (luck < 1 / 6) return 'loses-request';
    return luck < 1 / 3 ? 'loses-answer' : 'up';
  }

  /** @returns the message of a good answer, else undefined */
  #read<T>(answer: Answer, codec: native.Codec<T>): T | undefined {
    if (answer.kind !== 'answer' || answer.status < 200 || answer.status > 299) return undefined;
    const decoded = codec.decode(answer.text);
    if (decoded.ok) return decoded.value;
    this.emit({ kind: 'violation', code: 'bad-answer', message: decoded.message });
    return undefined;
  }

  /** A refused credential slows the device down, never speeds it up. */
  #afterRefusal(answer: Answer): number {
    const wait = this.backoff();
    if (answer.kind !== 'answer') return wait;
    if (answer.status === 401) this.dropToken();
    if (answer.status >= 400 && answer.status < 500) {
      this.emit({ kind: 'refused', status: answer.status, code: problemCode(answer.text) });
    }
    return Math.max(wait, answer.retryAfterMs);
  }

  #scaled(seconds: number): number {
    return Math.max(shortestWaitMs, (seconds * 1_000) / this.world.settings.speed);
  }

  clock(): Date {
    const now = this.world.now();
    return new Date(this.misbehaviour === 'clock-1970' ? now - this.#bootedAt : now);
  }
}
