import type { FleetEvent } from './events.ts';
import type { HabitOptions } from './habits.ts';
import type { BadRelease, MisbehaviourShares } from './misbehaviour.ts';

/** What a fleet of pretend devices is made of. */
export interface FleetOptions extends HabitOptions {
  readonly server: string;
  readonly fleet: string;
  readonly devices: number;
  /** Device types, dealt out in turn. */
  readonly types: readonly string[];
  readonly tenant?: string;
  /** Lets the devices enrol; without it they wait until somebody accepts them. */
  readonly claimToken?: string;
  /** Same seed, same devices, keys and choices. */
  readonly seed?: string;
  readonly misbehave?: MisbehaviourShares;
  readonly badReleases?: readonly BadRelease[];
  /** How much faster than real time the devices live. */
  readonly speed?: number;
  readonly idPrefix?: string;
  /** What the devices ran before any update; without it they say that they run nothing. */
  readonly factoryVersion?: string;
  /** The component that the factory version is of. */
  readonly component?: string;
  /** Public keys (PEM) that may sign releases; without any, signatures are not looked at. */
  readonly trustKeys?: readonly string[];
  /** Root files (their text) that the devices are provisioned with: then both repositories have to agree. */
  readonly roots?: { readonly image: string; readonly director: string };
  /** Most connections for messages; as many again may download. */
  readonly sockets?: number;
  /** How long a silent server is waited for. */
  readonly timeoutMs?: number;
  /** Over how long the first requests are spread. */
  readonly rampMs?: number;
  /** Keeps what the devices remember between two runs. */
  readonly stateFile?: string;
  readonly onEvent?: (event: FleetEvent) => void;
  readonly now?: () => number;
}

/** What stands in for options that are not given. */
export const defaultOptions = {
  tenant: 'default',
  seed: '1',
  misbehave: {} as MisbehaviourShares,
  badReleases: [] as readonly BadRelease[],
  speed: 1,
  idPrefix: 'sim-',
  component: 'rootfs',
  trustKeys: [] as readonly string[],
  sockets: 64,
  timeoutMs: 30_000,
  rampMs: 2_000,
  now: Date.now as () => number,
} as const;
