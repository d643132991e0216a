import { checkIn, type DeviceScope, quietCheckIn, takeReports } from '@fettle/control';
import type { AttributeValue, DeploymentError, DeploymentStatus } from '@fettle/model';
import { native } from '@fettle/protocol';
import type { Dice } from '../kernel/dice.ts';
import { Life } from '../kernel/life.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { Network } from '../server/network.ts';
import type { DevicePlan, ReleasePlan } from '../world-plan.ts';
import { type Flash, newFlash } from './flash.ts';
import { readinessAt } from './readiness.ts';
import { errors } from './truth.ts';
import { carryOn } from './update.ts';

/** What others see of a device. */
export interface DeviceWatcher {
  note(actor: string, what: string): void;
  /** A server is about to deal with a check-in, or with reports that came by themselves. */
  checksIn(device: DevicePlan, said: native.CheckInRequest): void;
  sends(device: DevicePlan, reports: readonly native.ReportMessage[]): void;
  /** A server has told it to give a deployment up. */
  calledOff(device: DevicePlan, deployment: string): void;
  /** It was told to install something. @param askedAt when the request left it */
  offered(device: DevicePlan, offer: native.OfferMessage, told: { askedAt: number; said: native.CheckInRequest }): void;
  acknowledged(device: DevicePlan, deployment: string, sequence: number): void;
  reported(device: DevicePlan, report: native.ReportMessage): void;
  committed(device: DevicePlan, deployment: string, release: ReleasePlan): void;
}

export interface WorldDeviceOptions {
  readonly seed: string;
  readonly plan: DevicePlan;
  readonly scope: DeviceScope;
  readonly token: string;
  readonly timeline: Timeline;
  readonly startAt: number;
  readonly network: Network;
  readonly dice: Dice;
  readonly releaseOf: (counter: number) => ReleasePlan;
  readonly digestOf: (release: ReleasePlan, type: string) => string;
  readonly watcher: DeviceWatcher;
}

/** A device: says what it runs, does what it is told, and has the habits of real ones. */
export class WorldDevice {
  readonly plan: DevicePlan;
  readonly options: WorldDeviceOptions;
  readonly flash: Flash;
  life: Life;
  #retired = false;

  constructor(options: WorldDeviceOptions) {
    this.plan = options.plan;
    this.options = options;
    this.flash = newFlash(options.releaseOf(options.plan.factoryCounter));
    this.life = new Life(options.timeline);
    this.life.end();
  }

  /** Switches it on: the boot loader first, then contacts and the work that was under way, side by side. */
  powerOn(): void {
    if (this.#retired) return;
    const { dice, watcher } = this.options;
    const life = new Life(this.options.timeline);
    this.life = life;
    watcher.note(this.plan.id, `boots ${this.flash.current.version}`);
    // A trial that nobody committed ends with the next boot.
    if (this.flash.work?.stage === 'trial') this.fallBack('boot');
    void this.#contacts(life);
    if (this.flash.work) void carryOn(this, life);
    const { powerCutsPerDay } = this.plan.habits;
    if (powerCutsPerDay > 0) {
      const untilMs = (-Math.log(1 - dice.next()) * 86_400_000) / powerCutsPerDay;
      void life.sleep(untilMs).then(() => this.cutPower(dice.whole(1_000, 1_800_000)));
    }
  }

  /** Switches it off for good. */
  retire(): void {
    this.#retired = true;
    this.life.end();
  }

  cutPower(forMs: number): void {
    const { timeline, watcher } = this.options;
    // One that is off, or not switched on yet, has none to lose.
    if (this.life.ended) return;
    this.life.end();
    watcher.note(this.plan.id, 'loses power');
    timeline.after(forMs, () => this.powerOn());
  }

  /** The old slot runs again, and the device says so. */
  fallBack(cause: 'boot' | 'health'): void {
    const { work } = this.flash;
    if (!work) return;
    this.flash.work = undefined;
    this.report(work.deployment, 'rolledBack', errors[cause]);
  }

  /** Puts a report where it waits until it is acknowledged. */
  report(deployment: string, status: DeploymentStatus, error?: DeploymentError): void {
    const { flash, plan, options } = this;
    const sequence = (flash.sequences.get(deployment) ?? 0) + 1;
    flash.sequences.set(deployment, sequence);
    const ownClock = options.timeline.now + plan.habits.clockSkewSeconds * 1_000;
    const deviceTime = new Date(ownClock).toISOString();
    const message: native.ReportMessage = { deployment, sequence, status, deviceTime, ...(error ? { error } : {}) };
    flash.reports.push(message);
    options.watcher.reported(plan, message);
  }

  /** Sends what waits to be sent, unless this is a device or a moment that lets it wait. */
  async tell(life: Life): Promise<void> {
    const { dice, scope, network, watcher } = this.options;
    if (dice.chance(this.plan.habits.lateShare)) return;
    const reports = this.#waiting();
    if (reports.length === 0 || this.#isDark()) return;
    const answer = await network.ask(this.#caller(life), async (brain) => {
      watcher.sends(this.plan, reports);
      const taken = await takeReports(scope, brain, { reports });
      if (taken.abort !== undefined) watcher.calledOff(this.plan, taken.abort);
      return taken;
    });
    if (answer.kind !== 'answer') return;
    this.#acknowledge(answer.value.acknowledged);
    if (answer.value.abort !== undefined) this.#giveUp(answer.value.abort);
  }

  async #contacts(life: Life): Promise<void> {
    const { dice, timeline, startAt } = this.options;
    const { habits } = this.plan;
    const isFirst = timeline.now - startAt <= habits.startsAfterMs;
    await life.sleep(isFirst ? 0 : dice.next() * habits.bootJitterMs);
    let failures = 0;
    while (!this.#isDark()) {
      const answer = await this.#checkIn(life);
      failures = answer === undefined ? failures + 1 : 0;
      // @source docs/protocols/native.md §8
      const waitMs = answer
        ? answer.nextCheckInSeconds * 1_000
        : dice.next() * Math.min(900_000, 2_000 * 2 ** failures);
      await life.sleep(Math.max(1_000, waitMs * habits.sluggish));
    }
    this.options.watcher.note(this.plan.id, 'goes dark');
    this.life.end();
  }

  async #checkIn(life: Life): Promise<native.CheckInResponse | undefined> {
    const { network, scope, token, timeline, watcher } = this.options;
    const askedAt = timeline.now;
    const said = this.#describe();
    const skew = this.plan.habits.clockSkewSeconds;
    const body = Buffer.from(native.checkInRequest.encode(said));
    const answer = await network.ask(this.#caller(life), async (brain) => {
      watcher.checksIn(this.plan, said);
      // As the door does it: what is remembered goes first.
      const quiet = skew === 0 ? quietCheckIn(brain, token, body) : undefined;
      const ticket = skew === 0 ? brain.quiet.ticket() : undefined;
      if (quiet) return quiet;
      const told = await checkIn(scope, brain, said, skew === 0 ? { ticket } : { clockSkewSeconds: skew });
      if (told.abort !== undefined) watcher.calledOff(this.plan, told.abort);
      return told;
    });
    watcher.note(this.plan.id, `checks in: ${answer.kind === 'answer' ? glance(answer.value) : answer.kind}`);
    if (answer.kind !== 'answer') return undefined;
    const { acknowledged, abort, offer } = answer.value;
    if (acknowledged) this.#acknowledge(acknowledged);
    if (abort !== undefined) this.#giveUp(abort);
    if (offer) {
      watcher.offered(this.plan, offer, { askedAt, said });
      this.#take(offer, life);
    }
    return answer.value;
  }

  #describe(): native.CheckInRequest {
    const { seed, timeline, startAt, digestOf } = this.options;
    const { plan, flash } = this;
    if (flash.revertsAt !== undefined && flash.revertsAt <= timeline.now) {
      flash.current = flash.previous;
      flash.revertsAt = undefined;
    }
    const { version, counter } = flash.current;
    const attributes: Record<string, AttributeValue> = {
      ...plan.attributes,
      ...(plan.hardwareRevision === undefined ? {} : { 'hardware-revision': plan.hardwareRevision }),
      ...readinessAt(seed, plan, timeline.now - startAt),
    };
    const current = { rootfs: { version, counter, sha256: digestOf(flash.current, plan.type) } };
    const reports = this.#waiting();
    return { attributes, current, ...(reports.length > 0 ? { reports } : {}) };
  }

  #waiting(): native.ReportMessage[] {
    const { dice } = this.options;
    const { habits } = this.plan;
    const reports = this.flash.reports.flatMap((one) => (dice.chance(habits.doubledShare) ? [one, one] : [one]));
    if (habits.reorders) reports.reverse();
    return reports.slice(0, 64);
  }

  #acknowledge(acknowledged: readonly native.Acknowledgement[]): void {
    const { plan, flash, options } = this;
    for (const { deployment, sequence } of acknowledged) {
      options.watcher.acknowledged(plan, deployment, sequence);
      flash.reports = flash.reports.filter((one) => one.deployment !== deployment || one.sequence > sequence);
    }
  }

  #take(offer: native.OfferMessage, life: Life): void {
    const { flash, options } = this;
    // Told again what is under way, or what it has finished and reported without being heard.
    if (flash.work || flash.sequences.has(offer.deployment)) return;
    const counter = Number(offer.version.split('.')[0]);
    flash.work = {
      deployment: offer.deployment,
      release: options.releaseOf(counter),
      attempt: offer.attempt,
      stage: 'offered',
    };
    flash.sequences.set(offer.deployment, 0);
    void carryOn(this, life);
  }

  #giveUp(deployment: string): void {
    const { work } = this.flash;
    if (work?.deployment !== deployment || work.stage === 'rebooting' || work.stage === 'trial') return;
    this.flash.work = undefined;
    this.report(deployment, 'aborted');
  }

  #isDark(): boolean {
    const { timeline, startAt } = this.options;
    const { darkAfterMs } = this.plan.habits;
    return darkAfterMs !== undefined && timeline.now - startAt >= darkAfterMs;
  }

  #caller(life: Life) {
    return { name: this.plan.id, life, dice: this.options.dice, lossShare: this.plan.habits.lossShare };
  }
}

function glance({ offer, abort, nextCheckInSeconds }: native.CheckInResponse): string {
  const told = offer
    ? `offer ${offer.deployment} ${offer.version}`
    : abort === undefined
      ? 'nothing'
      : `abort ${abort}`;
  return `${told}, next in ${nextCheckInSeconds}`;
}
