import type { Instant } from './brand.ts';
import type { Filter } from './group.ts';
import type { DeviceType, FleetId, GroupName, KeyId, TenantId } from './ids.ts';
import type { ImageRule } from './image-rule.ts';
import type { FreezePeriod } from './policy.ts';
import type { ReleasePolicy } from './release-policy.ts';

/** A public key that may sign releases of a fleet. */
export interface FleetKey {
  readonly id: KeyId;
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKeyPem: string;
  readonly name: string;
  readonly addedAt: Instant;
}

/** Devices of one product line and their releases. */
export interface Fleet {
  readonly id: FleetId;
  readonly tenant: TenantId;
  readonly deviceTypes: readonly DeviceType[];
  readonly keys: readonly FleetKey[];
  /** No device of the fleet is offered a release with a lower counter. */
  readonly securityFloor: number;
  /** How often an idle device should check in, in milliseconds. */
  readonly checkInIntervalMs: number;
  /** Times in which the fleet gets nothing new. */
  readonly freezes: readonly FreezePeriod[];
  /** What images have to be, by component and device type; absent while nothing is demanded. */
  readonly imagePolicy?: readonly ImageRule[] | undefined;
  /** What releases have to show before any device is offered one; absent while nothing is demanded. */
  readonly releasePolicy?: ReleasePolicy | undefined;
  readonly createdAt: Instant;
}

/** A named selection inside a fleet. `all` exists in every fleet. */
export interface Group {
  readonly name: GroupName;
  readonly fleet: FleetId;
  readonly filter: Filter;
}
