import type { Severity } from '@fettle/model';
import type { FactValue } from '../core/gate.ts';

/** What a fleet may say about hardening; everything left out has the default beside it. */
export interface HardeningSettings {
  /** Days before the end of a certificate from which on it is a finding: 90. */
  readonly expiringDays?: number | undefined;
  /** The facts of this gate for the last released version: what got worse since is a finding. None for a first release. */
  readonly previous?: Readonly<Record<string, FactValue>> | undefined;
  /** Paths that may be set-user-ID or set-group-ID (`bin/su`); when given, every other one is a grave finding. */
  readonly setIdAllowed?: readonly string[] | undefined;
  /** Share of the artifact, 0 to 1, that may be opaque before it is a finding: 0.1. */
  readonly opaqueShare?: number | undefined;
  /** Points, 0 to 1, by which a share may get worse from release to release: 0.05. */
  readonly tolerance?: number | undefined;
  /** The gate fails on findings of this severity and worse: `high`. */
  readonly failAt?: Severity | undefined;
}

interface HardeningDefaults {
  readonly expiringDays: number;
  readonly opaqueShare: number;
  readonly tolerance: number;
  readonly failAt: Severity;
}

export const hardeningDefaults: HardeningDefaults = {
  expiringDays: 90,
  opaqueShare: 0.1,
  tolerance: 0.05,
  failAt: 'high',
};

/** Bounds on what the gate keeps and reads, whatever an image holds. */
export const hardeningLimits = {
  /** Findings that are held until the worst are chosen. */
  findings: 6_000,
  /** Members of a fact that is a list. */
  listed: 1_000,
  /** Of one name in such a list, and of a place that is kept. */
  nameCharacters: 400,
  /** Of a text file that is read for settings. */
  textBytes: 1_048_576,
  lines: 50_000,
  lineCharacters: 1_024,
  accounts: 10_000,
  certificates: 5_000,
  /** Attempts to read something as a certificate. */
  certificateAttempts: 40_000,
  certificateBytes: 65_536,
  /** Places that are named for one certificate. */
  certificatePlaces: 8,
  kernelConfigs: 16,
  /** Places in files that begin like the copy of a configuration. */
  kernelConfigAttempts: 100,
  kernelConfigBytes: 4_194_304,
  entropyRegions: 256,
} as const;
