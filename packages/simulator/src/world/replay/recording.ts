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
  Tags,
} from '@fettle/model';
import type { ContactRun, Contacts, Offset } from './contacts.ts';

export type { ContactRun, Offset } from './contacts.ts';

/** Most of what a recording may hold: what replays it keeps it in memory. */
export const recordingLimits = {
  devices: 1_000_000,
  /** Days between beginning and end. */
  days: 90,
  attemptsPerDevice: 100,
  /** Check-ins and reports of one attempt. */
  eventsPerAttempt: 10_000,
  saysPerDevice: 10_000,
  runsPerDevice: 100_000,
  decisions: 20_000_000,
  assumptions: 100,
  /** Characters of a line. */
  lineLength: 4_000_000,
  /** Bytes of a file when it is unpacked: 8 GiB. */
  unpackedBytes: 8_589_934_592,
} as const;

/** A fleet over some days, one rollout in it, and what came of it: everything that decisions rested on. */
export interface Recording {
  readonly header: RecordingHeader;
  readonly fleet: RecordedFleet;
  readonly acts: readonly RecordedAct[];
  readonly devices: readonly RecordedDevice[];
  /** What was decided, in order. */
  readonly decisions: readonly RecordedDecision[];
}

export interface RecordingHeader {
  readonly format: 'fettle-recording';
  readonly version: 1;
  readonly source: 'simulation' | 'server';
  readonly from: Instant;
  readonly until: Instant;
  /** When rollouts were moved on. */
  readonly ticks: readonly ContactRun[];
  /** Of a server: when the rollout took a step that no decision tells of. */
  readonly steps?: readonly Offset[] | undefined;
  /** What of this was not seen but assumed, in sentences. */
  readonly assumptions: readonly string[];
}

export interface RecordedFleet {
  readonly fleet: Fleet;
  readonly groups: readonly Group[];
  readonly holds: readonly Hold[];
  /** Without their envelopes: nothing that decides looks at them. */
  readonly releases: readonly Omit<Release, 'envelope'>[];
  /** The rollout as it was when it began. */
  readonly rollout: Rollout;
  /** When it began. */
  readonly startedAt: Offset;
}

/** What people did meanwhile. */
export type RecordedAct = { readonly at: Offset; readonly actor: string; readonly reason: string } & (
  | { readonly kind: 'pause' | 'resume' | 'abort' | 'promote' | 'send-back' }
  | { readonly kind: 'revoke'; readonly version: string }
  | { readonly kind: 'raise-floor'; readonly floor: number }
  | { readonly kind: 'quarantine' | 'accept'; readonly device: string }
  | { readonly kind: 'hold'; readonly expression: string; readonly until: Instant }
  | { readonly kind: 'freeze'; readonly from: Instant; readonly until: Instant }
  | { readonly kind: 'tag'; readonly device: string; readonly tags: Tags }
);

export interface RecordedDevice {
  /** The server's record of it at the beginning. */
  readonly device: Omit<Device, 'publicKey'>;
  /** How far its clock was seen to be ahead; 0 when it was right. */
  readonly skewSeconds: number;
  /** What it said from when on, oldest first. */
  readonly says: readonly Saying[];
  /** Check-ins with no deployment open and nothing to report. */
  readonly contacts: Contacts;
  /** Oldest first. */
  readonly attempts: readonly RecordedAttempt[];
}

export interface Saying {
  readonly at: Offset;
  readonly attributes: Attributes;
  /** Absent when it says of what runs what its attempts make of it. */
  readonly current?: CurrentArtifacts | undefined;
}

/** What a device did with one offer; times count from the offer. */
export interface RecordedAttempt {
  readonly version: string;
  /** Of this device at this rollout, from 1. */
  readonly number: number;
  readonly offeredAt: Offset;
  /** Check-ins while it was under way, without reports. */
  readonly contacts: readonly number[];
  readonly tells: readonly Tell[];
  /** When it said for the first time that it runs the release; null when it never did. */
  readonly runsMs: number | null;
  /** When it said that it runs what it had run before; null when it never did. */
  readonly revertsMs: number | null;
  /** The last status; open when the recording ended before. */
  readonly end: DeploymentStatus;
  /** Whether the server told it to give up. */
  readonly isAborted: boolean;
}

/** Reports that came together. */
export interface Tell {
  readonly ms: number;
  /** Whether a check-in brought them. */
  readonly isCheckIn: boolean;
  readonly reports: readonly RecordedReport[];
}

export interface RecordedReport {
  /** Which attempt of the device it is of: this one is 0, the one before 1. */
  readonly back: number;
  readonly sequence: number;
  readonly status: DeploymentStatus;
  readonly error?: DeploymentError | undefined;
  readonly detail?: string | undefined;
}

/** One line of what was decided: an offer, an end, a step of the rollout. */
export interface RecordedDecision {
  readonly at: Offset;
  readonly what: string;
  /** Of a rollout that sends devices back. */
  readonly isReturn?: true | undefined;
  /** Of a server: who brought it about. */
  readonly by?: 'tick' | 'device' | 'person' | undefined;
}
