import { tickRollouts } from '@fettle/control';
import { actsDue, isOver, type Pending, promoteIfWaiting } from './acts-due.ts';
import { Calls } from './calls.ts';
import { never } from './contacts.ts';
import { createPlay, nextContact, type Staged } from './play.ts';
import type { Offset, Recording } from './recording.ts';
import type { ReplayOptions } from './replay-options.ts';
import { type ReplayResult, summarise } from './result.ts';
import { Sleepers } from './sleepers.ts';
import { setStage } from './stage.ts';
import { justAfter } from './told.ts';

/**
 * Decides a recorded fleet anew, with the code that decides in a server, in virtual time. With the plan that ran, what
 * is decided is what was decided.
 * Cost: a check-in at which nothing can have changed is never looked at; any other some ten microseconds.
 */
export async function replay(recording: Recording, options: ReplayOptions = {}): Promise<ReplayResult> {
  const play = createPlay(recording, options);
  const stage = await setStage(play.recording, { ...play, measuring: () => run.measuring() });
  const run = new ReplayRun({ ...play, stage });
  return run.run();
}

class ReplayRun {
  readonly #play: Staged;
  readonly #sleepers: Sleepers;
  readonly #calls: Calls;
  /** When nobody who ran the plan that ran has anything left to do. */
  readonly #recordedEnd: Offset;
  readonly #pending: Pending[];
  #tickAt: Offset;

  constructor(play: Staged) {
    const { header } = play.recording;
    this.#play = play;
    this.#sleepers = new Sleepers(play);
    this.#calls = new Calls(play, this.#sleepers);
    this.#recordedEnd = header.until - header.from;
    this.#pending = actsDue(play);
    this.#tickAt = play.ticks.next(0);
  }

  async run(): Promise<ReplayResult> {
    const play = this.#play;
    for (const device of play.actors.keys()) play.agenda.wake(device, nextContact(play, device, 0));
    await this.#runUntil(justAfter(this.#recordedEnd));
    const { guessed, handled, options } = play;
    return summarise(play.recording, play.stage.decisions, { guessed, handled, plan: options.plan });
  }

  /** While a phase is being counted, life goes on until the moment at which it was opened. */
  async measuring(): Promise<void> {
    const { openings, ticks, clock, recording } = this.#play;
    const opened = this.#tickAt;
    if (!openings.has(opened)) return;
    this.#tickAt = ticks.next(justAfter(opened));
    await this.#runUntil(opened);
    clock.now = recording.header.from + Math.floor(opened);
  }

  /** Lets everything happen that comes before a moment. */
  async #runUntil(end: Offset): Promise<void> {
    const { agenda, clock, recording, stage } = this.#play;
    const { from } = recording.header;
    for (;;) {
      const actAt = this.#pending[0]?.at ?? never;
      const at = Math.min(actAt, this.#tickAt, agenda.wakeAt, agenda.deedAt);
      if (at >= end) return;
      clock.now = from + Math.floor(at);
      if (actAt === at) {
        await this.#pending.shift()?.run(stage);
        await this.#sleepers.noticeChange(at);
      } else if (this.#tickAt === at) {
        await this.#tick(at);
        if (at > this.#recordedEnd && isOver(stage, recording)) return;
      } else {
        const busy = agenda.isWakeNext ? this.#wake(at) : this.#deed(at);
        if (busy) await busy;
      }
    }
  }

  async #tick(at: Offset): Promise<void> {
    const { stage, ticks } = this.#play;
    this.#tickAt = ticks.next(justAfter(at));
    await tickRollouts(stage.brain);
    await promoteIfWaiting(this.#play);
    await this.#sleepers.noticeChange(at);
  }

  #wake(at: Offset): Promise<void> | undefined {
    const device = this.#play.agenda.takeWake();
    return device === undefined ? undefined : this.#calls.contact(device, at);
  }

  #deed(at: Offset): Promise<void> | undefined {
    const next = this.#play.agenda.takeDeed();
    return next && this.#calls.perform(next.running, next.deed, at);
  }
}
