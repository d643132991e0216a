import type { native } from '@fettle/protocol';

/** What runs as a component, as it is said on the wire. */
export type Running = native.CheckInRequest['current'];

/** A deployment in progress: where a device is between taking an offer and its end. */
export interface Update {
  readonly deployment: string;
  readonly version: string;
  readonly counter: number;
  readonly securityFloor: number;
  readonly artifacts: readonly native.OfferMessage['artifacts'][number][];
  /** What the rollout demands of the device before it goes on. */
  readonly demands?: native.DemandsMessage;
  /** What it waits for, as it was told. */
  waitingFor?: string;
  stage: 'downloading' | 'installing' | 'rebooting' | 'checking' | 'going-back';
}

/** What a pretend device keeps on its flash: it survives power cuts and, with a state file, restarts of this program. */
export interface DeviceMemory {
  enrolled: boolean;
  current: Running;
  /** What it goes back to when it reverts. */
  previous: Running;
  /** It never again runs a release with a lower counter. */
  floor: number;
  update: Update | null;
  /** The newest deployment that has ended here, so that it is not done twice. */
  lastDeployment: string | null;
  /** Sequence number of the last report, of the deployment in progress or else the newest one. */
  sequence: number;
  /** Reports that nobody has acknowledged, oldest first. */
  outbox: native.ReportMessage[];
  /** Check-ins left until a device that reverts later does so. */
  revertIn: number | null;
  /** It took an offer and is never heard of again. */
  silent: boolean;
}

/** A device as it leaves the factory. */
export function newMemory(current: Running): DeviceMemory {
  return {
    enrolled: false,
    current,
    previous: current,
    floor: 0,
    update: null,
    lastDeployment: null,
    sequence: 0,
    outbox: [],
    revertIn: null,
    silent: false,
  };
}
