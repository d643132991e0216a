import type { WalkLimits } from '../walk-limits.ts';
import type { WalkedLayer } from '../walked.ts';
import { Unseen, WalkOver } from './unseen.ts';

/** Reads of fields and 256-byte pieces of unpacked tables, in place of a clock. */
const maxSteps = 50_000_000;

/** What one layer has given so far. */
export interface LayerAccount {
  readonly layer: WalkedLayer;
  bytes: number;
}

/** Counts a walk against its limits. */
export class Budget {
  readonly limits: WalkLimits;
  entries = 0;
  layers = 0;
  bytes = 0;
  #steps = 0;

  constructor(limits: WalkLimits) {
    this.limits = limits;
  }

  step(steps: number): void {
    this.#steps += steps;
    if (this.#steps > maxSteps) throw new WalkOver('too-large', `Reading took more than ${maxSteps} steps.`);
  }

  entry(): void {
    this.step(1);
    if (this.entries >= this.limits.entries) {
      throw new WalkOver('too-many', `There are more than ${this.limits.entries} entries.`);
    }
    this.entries++;
  }

  /** Counts bytes that a layer gives, before they are handed on. */
  give(account: LayerAccount, bytes: number): void {
    this.bytes += bytes;
    account.bytes += bytes;
    if (this.bytes > this.limits.bytes) {
      throw new WalkOver('too-large', `More than ${this.limits.bytes} bytes came out of all layers together.`);
    }
    const most = this.limits.ratioFreeBytes + this.limits.ratio * account.layer.sizeBytes;
    if (account.bytes > most) {
      const from = `${account.layer.sizeBytes} bytes`;
      throw new Unseen('too-compressed', `More than ${most} bytes came out of ${from}: what follows was not read.`);
    }
  }
}
