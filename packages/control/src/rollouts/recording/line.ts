import type {
  Attributes,
  CurrentArtifacts,
  DeploymentError,
  DeploymentStatus,
  Device,
  Fleet,
  Group,
  Hold,
  Instant,
  Release,
  Rollout,
} from '@fettle/model';

/** Moments at equal distances: the first, the distance, how many; in milliseconds since the recording begins. */
export type Run = readonly [first: number, stepMs: number, count: number];

/** What a server knows of a rollout that ran, line by line; times are milliseconds since `from`. */
export type RecordingLine =
  | {
      readonly kind: 'header';
      readonly format: 'fettle-recording';
      readonly version: 1;
      readonly source: 'server';
      readonly from: Instant;
      readonly until: Instant;
      /** Assumed, for plans other than the one that ran. */
      readonly ticks: readonly Run[];
      /** When the rollout took a step that is in no audit list. */
      readonly steps: readonly number[];
      readonly assumptions: readonly string[];
    }
  | {
      readonly kind: 'fleet';
      readonly fleet: Fleet;
      readonly groups: readonly Group[];
      readonly holds: readonly Hold[];
      readonly releases: readonly Omit<Release, 'envelope'>[];
      /** As it was when it began. */
      readonly rollout: Rollout;
      readonly startedAt: number;
    }
  | { readonly kind: 'act'; readonly act: Act }
  | {
      readonly kind: 'decision';
      readonly at: number;
      readonly what: string;
      readonly by: DecidedBy;
      readonly isReturn?: true;
    }
  | ({ readonly kind: 'device' } & KeptDevice)
  /** One more sentence of what was not seen but assumed. */
  | { readonly kind: 'assumption'; readonly text: string };

/** Who brought a decision about: time passing, a device that called, or a person. */
export type DecidedBy = 'tick' | 'device' | 'person';

export type Act = { readonly at: number; readonly actor: string; readonly reason: string } & (
  | { readonly kind: 'pause' | 'resume' | 'abort' | 'promote' | 'send-back' }
  | { readonly kind: 'revoke'; readonly version: string }
  | { readonly kind: 'hold'; readonly expression: string; readonly until: Instant }
  | { readonly kind: 'quarantine' | 'accept'; readonly device: string }
);

export interface KeptDevice {
  readonly device: Omit<Device, 'publicKey'>;
  readonly skewSeconds: number;
  readonly says: readonly {
    readonly at: number;
    readonly attributes: Attributes;
    readonly current?: CurrentArtifacts;
  }[];
  readonly contacts: readonly Run[];
  readonly attempts: readonly KeptAttempt[];
}

export interface KeptAttempt {
  readonly version: string;
  readonly number: number;
  readonly offeredAt: number;
  readonly contacts: readonly number[];
  readonly tells: readonly KeptTell[];
  readonly runsMs: number | null;
  readonly revertsMs: number | null;
  readonly end: DeploymentStatus;
  readonly isAborted: boolean;
}

export interface KeptTell {
  readonly ms: number;
  readonly isCheckIn: boolean;
  readonly reports: readonly {
    readonly back: number;
    readonly sequence: number;
    readonly status: DeploymentStatus;
    readonly error?: DeploymentError;
    readonly detail?: string;
  }[];
}
