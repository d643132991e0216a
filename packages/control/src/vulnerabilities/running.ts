import type { ComponentName, Device, DeviceId, DeviceType, Digest, FleetId } from '@fettle/model';
import type { Page, PageRequest } from '../page.ts';

/** The tag or attribute by which devices are counted by country; a tag, which operators say, goes before. */
export const countryName = 'country';

/** Something that runs somewhere. */
export interface Running {
  readonly component: ComponentName;
  readonly digest: Digest;
  /** Of the release that brought it, as the device says. */
  readonly counter: number;
  readonly type: DeviceType;
  /** As it was said; null when nobody said. */
  readonly country: string | number | boolean | null;
}

/**
 * What a device runs now, by what it says. Only devices that were accepted count, in quarantine too: anybody may knock
 * and say anything.
 */
export function runningOf(
  device: Pick<Device, 'status' | 'type' | 'current' | 'attributes' | 'tags'>,
): readonly Running[] {
  if (device.status !== 'accepted' && device.status !== 'quarantined') return [];
  const { type, current, attributes, tags } = device;
  const country = own(tags, countryName) ?? own(attributes, countryName) ?? null;
  return Object.entries(current).map(([component, { digest, counter }]) => ({
    component: component as ComponentName,
    digest,
    counter,
    type,
    country,
  }));
}

function own<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** So many devices run it. */
export interface RunningCount extends Running {
  readonly devices: number;
}

/** One device and a thing that it runs. */
export interface RunningDevice {
  readonly device: DeviceId;
  readonly component: ComponentName;
  readonly digest: Digest;
  readonly counter: number;
}

/** Which artifacts are looked for on the devices of a fleet. */
export interface RunningSearch {
  readonly fleet: FleetId;
  readonly digests: readonly Digest[];
}

/** What devices run now, exactly, whatever their number. */
export interface RunningScans {
  /** Devices by what they run, of these artifacts; in no order. */
  runningCounts(search: RunningSearch): Promise<readonly RunningCount[]>;
  /** Devices that run any of these artifacts, each counted once, by type and country. */
  runningOnce(search: RunningSearch): Promise<readonly Pick<RunningCount, 'type' | 'country' | 'devices'>[]>;
  /** Devices by what they run, of all that is in no release whose components are kept; in no order. */
  runningUnknown(fleet: FleetId): Promise<readonly RunningCount[]>;
  /** Devices that count and have never said what they run. */
  silentDevices(fleet: FleetId): Promise<number>;
  /** In an order of its own; a device stands once for each component. A short page may have a `next`. */
  runningDevices(search: RunningSearch & PageRequest): Promise<Page<RunningDevice>>;
}
