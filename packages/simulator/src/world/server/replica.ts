import { type Brain, createBrain, fencedStore, type Store, tickRollouts } from '@fettle/control';
import { FettleError, type Instant } from '@fettle/model';
import { createBytes, createDice, type Dice } from '../kernel/dice.ts';
import { Life } from '../kernel/life.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { Turnstile } from '../kernel/turnstile.ts';
import { noArtifacts } from './artifacts.ts';
import { delayStore } from './delayed-store.ts';
import { type Duty, rolloutDuty } from './duty.ts';
import type { NoticeBoard } from './notices.ts';
import type { Lease } from './world-store.ts';

export interface ReplicaOptions {
  readonly name: string;
  readonly seed: string;
  readonly timeline: Timeline;
  readonly turnstile: Turnstile;
  /** The one database, as every process finds it. */
  readonly store: Store;
  readonly duty: Duty;
  readonly notices: NoticeBoard;
  readonly tickEveryMs: number;
  /** Longest way to the database and, again, back. */
  readonly mostDelayMs: number;
  /** Writes last-seen times, which a real store does every few seconds. */
  readonly flushSeen: () => Promise<void>;
  /** Told before rollouts are moved on. */
  readonly onTick: () => void;
  readonly note: (actor: string, what: string) => void;
}

/** One server process: a brain with caches of its own, a clock of its own, and the work that comes round. */
export class Replica {
  readonly name: string;
  brain: Brain | undefined;
  /** How far its clock is ahead. */
  skewMs = 0;
  stalledUntil: Instant = 0;
  cutOffUntil: Instant = 0;
  failureShare = 0;
  /** How often it moves rollouts on. */
  tickEveryMs: number;
  readonly #options: ReplicaOptions;
  readonly #dice: Dice;
  #life: Life;
  #starts = 0;
  #lease: Lease | undefined;

  constructor(options: ReplicaOptions) {
    this.name = options.name;
    this.#options = options;
    this.tickEveryMs = options.tickEveryMs;
    this.#dice = createDice(options.seed, options.name);
    this.#life = new Life(options.timeline);
  }

  get isUp(): boolean {
    return this.brain !== undefined;
  }

  now(): Instant {
    return this.#options.timeline.now + this.skewMs;
  }

  async start(): Promise<void> {
    if (this.brain) return;
    const { timeline, seed, notices, mostDelayMs } = this.#options;
    const life = new Life(timeline);
    this.#life = life;
    const way = {
      mostDelayMs,
      stalledUntil: () => this.stalledUntil,
      cutOffUntil: () => this.cutOffUntil,
      failureShare: () => this.failureShare,
    };
    const clock = {
      now: () => this.now(),
      turn: () => life.sleep(1),
    };
    this.brain = await createBrain({
      store: delayStore(this.#options.store, { timeline, dice: this.#dice, life, way }),
      artifacts: noArtifacts,
      clock,
      random: createBytes(`${seed}/${this.name}/${this.#starts++}`),
      notifier: {
        fleetChanged: (tenant, fleet, notice) => notices.publish(this, { kind: 'fleet', tenant, fleet, notice }),
        devicesWritten: (devices) => notices.publish(this, { kind: 'devices', devices }),
      },
    });
    void this.#lead(life);
    void this.#tick(life);
  }

  /** Ends it at once, as `kill -9` does: requests under way are lost, before or after their commit. */
  kill(): void {
    this.#life.end();
    this.brain = undefined;
    this.#lease = undefined;
  }

  /**
   * Does something with its brain.
   * @returns a promise that never ends when the process dies meanwhile
   * @throws FettleError `overloaded` when it is down already
   */
  async ask<T>(work: (brain: Brain) => Promise<T>): Promise<T> {
    if (!this.brain) throw new FettleError('overloaded', `${this.name} is down.`);
    return this.#life.hear(work(this.brain));
  }

  async #lead(life: Life): Promise<void> {
    const { duty, timeline, note } = this.#options;
    for (;;) {
      if (this.cutOffUntil <= timeline.now) {
        const lease = await duty.ask(`${this.name}.${this.#starts}`);
        if (life.ended) return;
        if (lease) {
          this.#lease = lease;
          note(this.name, `leads in term ${lease.term}`);
        }
      }
      await life.sleep(leadEveryMs);
    }
  }

  async #tick(life: Life): Promise<void> {
    const { note, onTick } = this.#options;
    await life.sleep(this.#dice.whole(1, this.tickEveryMs));
    for (;;) {
      const term = this.#lease?.term;
      const brain = this.brain;
      if (brain && term !== undefined) {
        await this.#pass(life);
        onTick();
        await this.#flush(life);
        const leading: Brain = { ...brain, store: fencedStore(brain.store, rolloutDuty, term) };
        try {
          await life.hear(tickRollouts(leading));
        } catch (error) {
          if (!(error instanceof FettleError)) throw error;
          note(this.name, `tick refused: ${error.code}`);
          // Another leads: what it believed was wrong.
          if (error.code === 'wrong-state') this.#lease = undefined;
        }
      }
      await life.sleep(this.tickEveryMs);
    }
  }

  #pass(life: Life): Promise<void> {
    const { turnstile } = this.#options;
    return life.hear(new Promise((resolve) => turnstile.pass(resolve)));
  }

  #flush(life: Life): Promise<void> {
    const { timeline, flushSeen } = this.#options;
    return life.hear(
      new Promise((resolve) => {
        timeline.after(0, () => flushSeen().then(resolve));
      }),
    );
  }
}

const leadEveryMs = 30_000;
