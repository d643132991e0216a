import { isUnproven } from '@fettle/control';
import type { Instant } from '@fettle/model';
import { actorOf, nextContact, type Staged } from './play.ts';
import type { Offset } from './recording.ts';
import { type KnownContext, peekContext, readContext } from './stage.ts';
import { justAfter } from './told.ts';
import { beyond, Crowding, lookAt, type Wait } from './waits.ts';

/** Looks at check-ins that bring nothing, without the way through a server, and finds when the next look is worth it. */
export class Sleepers {
  readonly #play: Staged;
  /** Devices of whose check-ins nothing can come before a moment, or before the fleet changes. */
  readonly #asleep: Uint8Array;
  readonly #crowding = new Crowding();
  #lastWait: Wait | undefined;

  constructor(play: Staged) {
    this.#play = play;
    this.#asleep = new Uint8Array(play.actors.length);
  }

  /** What the device does next may be news: its check-ins are looked at again. */
  rouse(device: number): void {
    this.#asleep[device] = 0;
  }

  /** Nothing can come of its check-ins before the hold may end, the device says something else, or the fleet changes. */
  sleep(device: number, at: Offset, until: Instant): void {
    const play = this.#play;
    const soonest = Math.min(until - play.recording.header.from, actorOf(play, device).nextSayingAt);
    this.#asleep[device] = 1;
    play.agenda.wake(device, nextContact(play, device, Math.max(soonest, justAfter(at))));
  }

  /**
   * Decides about a device that has nothing to tell, and when it is next worth looking.
   * @returns whether that was all there is to its check-in
   */
  look(device: number, at: Offset, context: KnownContext): boolean {
    const play = this.#play;
    const actor = actorOf(play, device);
    if (!actor.isTold || at >= actor.nextSayingAt) return false;
    const { now } = play.clock;
    const { devices } = play.stage.store.tables;
    const { id, waits } = actor;
    const wait = waits?.changes === play.changes ? waits : undefined;
    if (!wait || !this.#crowding.isStillFull({ id, wait, devices }, context, now)) {
      const record = devices.get(id);
      if (!record || record.openDeployment !== null || isUnproven(record)) return false;
      const found = lookAt(record, context, now);
      if (found.kind === 'offer') return false;
      if (found.kind === 'asleep') {
        this.sleep(device, at, found.until);
        return true;
      }
      actor.waits = this.#sharedWait(found.wait);
    }
    play.agenda.wake(device, nextContact(play, device, justAfter(at)));
    return true;
  }

  /** Most devices wait for the same: what is asked for so often is kept once. */
  #sharedWait({ rollouts, until }: Omit<Wait, 'changes'>): Wait {
    const { changes } = this.#play;
    const known = this.#lastWait;
    const isSame = known?.changes === changes && known.until === until && known.rollouts.length === rollouts.length;
    if (isSame && rollouts.every((id, index) => known.rollouts[index] === id)) return known;
    this.#lastWait = { rollouts, until, changes };
    return this.#lastWait;
  }

  /** After something of the fleet changed, everybody who slept is looked at again. */
  async noticeChange(at: Offset): Promise<void> {
    const play = this.#play;
    if (!play.stage.takeChange()) return;
    play.changes++;
    if (!this.#asleep.includes(1)) return;
    const { fleet } = play.recording;
    const context = peekContext(play.stage, fleet) ?? (await readContext(play.stage, fleet));
    const isBeyond = beyond(context);
    for (let device = this.#asleep.indexOf(1); device >= 0; device = this.#asleep.indexOf(1, device + 1)) {
      if (isBeyond(actorOf(play, device))) continue;
      this.#asleep[device] = 0;
      if (!this.look(device, at, context)) play.agenda.wake(device, nextContact(play, device, at));
    }
  }
}
