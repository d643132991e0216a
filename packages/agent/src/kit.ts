import type { KeyObject } from 'node:crypto';
import type { BootDriver } from './boot/boot-driver.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config-schema.ts';
import type { Installer } from './installers/installer.ts';
import type { Ending, Work } from './journal.ts';
import type { JournalStore } from './journal-store.ts';
import type { Log } from './log.ts';
import type { Facts } from './plan.ts';
import type { ReadinessAsker } from './readiness.ts';
import type { Runner } from './runner.ts';
import type { At } from './transitions.ts';
import type { Transport } from './transports/transport.ts';
import type { ReleaseOpener } from './trust/release-opener.ts';

/** Everything outside that the agent stands on. Tests bring their own. */
export interface Ports {
  readonly config: Config;
  readonly releases: ReleaseOpener;
  readonly journal: JournalStore;
  /** Keys that native signatures of images may be from, by component. */
  readonly nativeKeys: ReadonlyMap<string, readonly KeyObject[]>;
  readonly boot: BootDriver;
  readonly installer: Installer;
  readonly transport: Transport;
  readonly runner: Runner;
  readonly readiness: ReadinessAsker;
  readonly clock: Clock;
  /** From [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly readFacts: () => Promise<Facts>;
  /** Aborted when the agent is to stop at the next safe point. */
  readonly signal: AbortSignal;
}

/** What a step works with: the ports and the work at hand. */
export interface Kit extends Ports {
  readonly work: Work;
  readonly at: () => At;
  /** How often in a row the device was found not ready, 0 for not at all. */
  readonly waits: number;
  /** Sends waiting reports. @returns whether the server answered */
  readonly deliver: () => Promise<boolean>;
  /** Whether the server asked to give this deployment up. */
  readonly isAborted: () => boolean;
  /** Ends the work without the new slot: boot settings first, then journal and outcome. */
  readonly finish: (ending: Ending) => Promise<void>;
}

/** What the loop does after a step: plan again, or wait first. */
export type StepResult =
  | { readonly next: 'continue' }
  /** `quiet`: the device is going down, do not start a conversation with the server. */
  | { readonly next: 'wait'; readonly waitMs: number; readonly quiet?: boolean };

export const goOn: StepResult = { next: 'continue' };
