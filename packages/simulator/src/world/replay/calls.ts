import { checkIn, type DeviceScope, type QuietTicket } from '@fettle/control';
import { beginAttempt, giveUp, isLeftOut, isOpen, isQuiet, noteTell, reportsOf, sendReports } from './attempts.ts';
import type { Deed, Running } from './deeds.ts';
import { actorOf, nextContact, type Staged } from './play.ts';
import type { Offset, Tell } from './recording.ts';
import type { Sleepers } from './sleepers.ts';
import { peekContext, readContext } from './stage.ts';
import { justAfter } from './told.ts';

const ticket: QuietTicket = { part: 0, tag: 0, digest: [0, 0, 0, 0], changes: 0, epoch: 0 };

/** Lets devices call: by themselves, or in the course of an attempt. */
export class Calls {
  readonly #play: Staged;
  readonly #sleepers: Sleepers;

  constructor(play: Staged, sleepers: Sleepers) {
    this.#play = play;
    this.#sleepers = sleepers;
  }

  /** A check-in of a device with nothing recorded as under way. @returns undefined when it was dealt with at once */
  contact(device: number, at: Offset): Promise<void> | undefined {
    const play = this.#play;
    const { running } = actorOf(play, device);
    if (running !== undefined && running.contactsLeft > 0 && isOpen(play.stage, running)) {
      play.agenda.wake(device, nextContact(play, device, justAfter(at)));
      return undefined;
    }
    const context = peekContext(play.stage, play.recording.fleet);
    if (!context) return this.#contactOnNewCounts(device, at);
    return this.#sleepers.look(device, at, context) ? undefined : this.#contactWithNews(device, at);
  }

  async #contactOnNewCounts(device: number, at: Offset): Promise<void> {
    const context = await readContext(this.#play.stage, this.#play.recording.fleet);
    if (!this.#sleepers.look(device, at, context)) await this.#contactWithNews(device, at);
  }

  async #contactWithNews(device: number, at: Offset): Promise<void> {
    const play = this.#play;
    const until = await this.#checkIn(device, at, undefined);
    if (until === undefined) play.agenda.wake(device, nextContact(play, device, justAfter(at)));
    else this.#sleepers.sleep(device, at, until);
  }

  /** Something that a device does in the course of an attempt. */
  async perform(running: Running, deed: Deed, at: Offset): Promise<void> {
    const play = this.#play;
    const { device } = running;
    const actor = actorOf(play, device);
    actor.waits = undefined;
    if (isLeftOut(running, deed)) return;
    if (deed.kind === 'contact') {
      running.contactsLeft--;
      if (isQuiet(play, running, at)) {
        play.seen.noteNumber(device, play.clock.now);
        return;
      }
      running.lookedAt = play.changes;
      await this.#checkIn(device, at, undefined);
    } else if (deed.kind === 'tell') {
      noteTell(running, deed.tell);
      if (deed.tell.isCheckIn) await this.#checkIn(device, at, deed.tell);
      else await sendReports(play, device, at, deed.tell);
    } else {
      actor.says(at);
      if (deed.kind === 'runs') actor.run(running.release);
      else actor.revert();
    }
    this.#sleepers.rouse(device);
    const isBefore = deed.kind === 'runs' || deed.kind === 'reverts';
    play.agenda.wake(device, nextContact(play, device, isBefore ? at : justAfter(at)));
  }

  /** @returns until when nothing can come of its check-ins, if that is known */
  async #checkIn(device: number, at: Offset, tell: Tell | undefined): Promise<number | undefined> {
    const play = this.#play;
    const { stage } = play;
    const actor = actorOf(play, device);
    const said = actor.says(at);
    const reports = tell && reportsOf(actor, tell);
    const message = reports && reports.length > 0 ? { ...said, reports } : said;
    const { skewSeconds } = actor.recorded;
    const seen = skewSeconds === 0 ? { ticket } : { ticket, clockSkewSeconds: skewSeconds };
    actor.waits = undefined;
    stage.takeStability();
    play.handled++;
    const answer = await checkIn(play.scopes[device] as DeviceScope, stage.brain, message, seen);
    actor.isTold = true;
    const { offer, abort } = answer;
    if (offer && !actor.deployments.includes(offer.deployment)) beginAttempt(play, device, at, offer);
    if (abort !== undefined) giveUp(play, device, at, abort);
    return stage.takeStability();
  }
}
