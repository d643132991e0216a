import type { FleetId } from '@fettle/model';
import type { PublicKey } from '@fettle/trust';
import type { NewFleetEvent } from './events.ts';
import type { Ledger } from './ledger.ts';
import type { BadRelease } from './misbehaviour.ts';
import type { ProvisionedRoots } from './repositories.ts';
import type { Transport } from './transport.ts';

/** What all devices of the fleet share, once the options are read. */
export interface FleetSettings {
  readonly tenant: string;
  readonly fleet: FleetId;
  readonly seed: string;
  readonly claimToken: string | undefined;
  /** How much faster than real time the devices live. */
  readonly speed: number;
  readonly badReleases: readonly BadRelease[];
  readonly trustKeys: readonly PublicKey[];
  /** Where trust begins in a fleet with two repositories. */
  readonly roots: ProvisionedRoots | undefined;
}

/** The world as a pretend device sees it. */
export interface World {
  readonly settings: FleetSettings;
  readonly transport: Transport;
  readonly ledger: Ledger;
  readonly now: () => number;
  /** The time of day that the devices live by: as much faster as they are. */
  readonly lifeNow: () => number;
  emit(device: string, event: NewFleetEvent): void;
  /** Resolves after the time, or at once when the fleet stops. */
  wait(delayMs: number): Promise<void>;
}
