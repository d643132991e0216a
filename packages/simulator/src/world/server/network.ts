import type { Brain } from '@fettle/control';
import { FettleError } from '@fettle/model';
import type { Dice } from '../kernel/dice.ts';
import type { Life } from '../kernel/life.ts';
import { nothing, type Timeline } from '../kernel/timeline.ts';
import type { Turnstile } from '../kernel/turnstile.ts';
import type { Replica } from './replica.ts';

/** Somebody who asks: a device or a person, over the network. */
export interface Caller {
  readonly name: string;
  readonly life: Life;
  readonly dice: Dice;
  readonly lossShare: number;
}

export interface NetworkOptions {
  readonly timeline: Timeline;
  readonly turnstile: Turnstile;
  readonly replicas: readonly Replica[];
  readonly mostLatencyMs: number;
  /** Told of errors that no server should ever give. */
  readonly onBroken: (caller: string, error: unknown) => void;
  readonly note: (actor: string, what: string) => void;
}

export type Answer<T> = { readonly kind: 'answer'; readonly value: T } | { readonly kind: 'none' | 'refused' };

const patienceMs = 30_000;

/** Brings requests to some server and answers back: late, or not at all. */
export class Network {
  readonly #options: NetworkOptions;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** @param work what the server does with the request */
  async ask<T>(caller: Caller, work: (brain: Brain) => Promise<T>): Promise<Answer<T>> {
    const { timeline, turnstile } = this.#options;
    const { dice, life } = caller;
    const answered = new Promise<Answer<T>>((resolve) => {
      let isOver = false;
      const end = (answer: Answer<T>) => {
        isOver = true;
        resolve(answer);
      };
      if (!dice.chance(caller.lossShare)) {
        timeline.after(this.#latencyMs(dice), () => turnstile.pass(() => this.#arrive(caller, work, end)));
      }
      timeline.after(patienceMs, () => (isOver ? nothing : end({ kind: 'none' })));
    });
    return life.hear(answered);
  }

  #arrive<T>(caller: Caller, work: (brain: Brain) => Promise<T>, resolve: (answer: Answer<T>) => void): void {
    const { timeline, replicas, note } = this.#options;
    const { dice } = caller;
    const replica = dice.pick(replicas);
    const back = (answer: Answer<T>) => {
      if (!dice.chance(caller.lossShare)) timeline.after(this.#latencyMs(dice), () => resolve(answer));
    };
    replica.ask(work).then(
      (value) => back({ kind: 'answer', value }),
      (error: unknown) => {
        const code = error instanceof FettleError ? error.code : 'internal';
        note(replica.name, `refuses ${caller.name}: ${code}`);
        if (code === 'internal') this.#options.onBroken(caller.name, error);
        back({ kind: code === 'overloaded' ? 'none' : 'refused' });
      },
    );
  }

  #latencyMs(dice: Dice): number {
    const { mostLatencyMs } = this.#options;
    return mostLatencyMs === 0 ? 0 : dice.whole(1, mostLatencyMs);
  }
}
