import type { Brain, DeviceHash, FleetNotice } from '@fettle/control';
import type { FleetId, TenantId } from '@fettle/model';
import type { Dice } from '../kernel/dice.ts';
import type { Timeline } from '../kernel/timeline.ts';

/** A process that hears what others changed. */
export interface Listener {
  readonly name: string;
  /** Undefined while it is down. */
  readonly brain: Brain | undefined;
}

export type Notice =
  | { readonly kind: 'fleet'; readonly tenant: TenantId; readonly fleet: FleetId; readonly notice: FleetNotice }
  | { readonly kind: 'devices'; readonly devices: readonly DeviceHash[] };

export interface NoticeWay {
  readonly mostDelayMs: number;
  readonly doubledShare: number;
}

/**
 * Change notices between the processes of one database: late, doubled, in any order, and for a while not at all. When
 * one finds out that it missed some, it forgets everything, and again when it hears anew.
 */
export class NoticeBoard {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #way: NoticeWay;
  readonly #listeners: Listener[] = [];
  readonly #deaf = new Set<string>();

  constructor(timeline: Timeline, dice: Dice, way: NoticeWay) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#way = way;
  }

  join(listener: Listener): void {
    this.#listeners.push(listener);
  }

  publish(from: Listener, notice: Notice): void {
    for (const listener of this.#listeners) {
      if (listener === from || listener.brain === undefined || this.#deaf.has(listener.name)) continue;
      const times = this.#dice.chance(this.#way.doubledShare) ? 2 : 1;
      for (let time = 0; time < times; time++) {
        this.#timeline.after(this.#dice.whole(0, this.#way.mostDelayMs), () => {
          if (!this.#deaf.has(listener.name) && listener.brain) deliver(listener.brain, notice);
        });
      }
    }
  }

  /** One of them hears nothing any more, and does not know it yet. */
  deafen(listener: Listener): void {
    this.#deaf.add(listener.name);
  }

  /** It has found out. */
  findOut({ brain }: Listener): void {
    brain?.contexts.forgetAll();
    brain?.quiet.setEnabled(false);
  }

  /** It hears again. */
  restore(listener: Listener): void {
    this.#deaf.delete(listener.name);
    listener.brain?.contexts.forgetAll();
    listener.brain?.quiet.forgetAll();
    listener.brain?.quiet.setEnabled(true);
  }
}

function deliver(brain: Brain, notice: Notice): void {
  if (notice.kind === 'devices') {
    brain.quiet.forgetDevices(notice.devices);
    return;
  }
  const { tenant, fleet, notice: what } = notice;
  if (what.kind === 'structure') brain.contexts.structureChanged(tenant, fleet);
  else brain.contexts.countsChanged(tenant, fleet, what.rollouts);
}
