import type { native } from '@fettle/protocol';
import type { ReleasePlan } from '../world-plan.ts';

/** How far an update has come; kept over a power cut. */
export type Stage = 'offered' | 'downloading' | 'installing' | 'rebooting' | 'trial' | 'hung';

export interface Work {
  readonly deployment: string;
  readonly release: ReleasePlan;
  readonly attempt: number;
  stage: Stage;
}

/** What a device keeps over a power cut. */
export interface Flash {
  /** What runs. */
  current: ReleasePlan;
  /** What it ran before; where it goes back to. */
  previous: ReleasePlan;
  work: Work | undefined;
  /** Reports that nobody has acknowledged yet, oldest first. */
  reports: native.ReportMessage[];
  /** Number of the newest report, by deployment. */
  readonly sequences: Map<string, number>;
  /** When it falls back by itself without a word. */
  revertsAt: number | undefined;
}

export function newFlash(factory: ReleasePlan): Flash {
  return {
    current: factory,
    previous: factory,
    work: undefined,
    reports: [],
    sequences: new Map(),
    revertsAt: undefined,
  };
}
