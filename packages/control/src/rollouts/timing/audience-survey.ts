import { artifactsFor, type Device, type GroupName, type Instant } from '@fettle/model';
import type { Survey, Tally } from '../../ports.ts';
import type { DecisionContext, RolloutContext } from '../context.ts';
import { isMember } from '../decide.ts';
import { isIn } from '../predicates/audience.ts';
import { zoneOf } from '../predicates/readiness.ts';

/** The rollout that might be, and the fleet that it would run in. */
export interface AudienceOrder {
  readonly fleet: DecisionContext;
  readonly context: RolloutContext;
  readonly now: Instant;
}

/** Whom a rollout would be for: plain data. */
export interface AudienceCounts {
  readonly devices: number;
  /** Devices in the group of each phase that takes one. */
  readonly groups: readonly (readonly [GroupName, number])[];
  /** Devices by the zone of their site, most first; the zones with the fewest count as UTC. */
  readonly zones: readonly (readonly [zone: string, devices: number])[];
  /** What all of them together would be sent for. */
  readonly bytes: number;
}

/** Zones that are told apart: more make a forecast slow and no truer. */
const mostZones = 64;
/** Zones that are counted: devices say them, and could say anything. */
const mostCounted = 1_000;

/** Counts the devices that a rollout would be for. Memory: a number for each zone and group. */
export const audienceSurvey: Survey<AudienceOrder, AudienceCounts> = {
  name: 'audience',
  begin: (order) => new AudienceTally(order),
};

class AudienceTally implements Tally<AudienceCounts> {
  readonly #order: AudienceOrder;
  readonly #groups = new Map<GroupName, number>();
  readonly #zones = new Map<string, number>();
  #devices = 0;
  #bytes = 0;

  constructor(order: AudienceOrder) {
    this.#order = order;
  }

  add(device: Device): void {
    const { context, fleet, now } = this.#order;
    if (!isMember(device, context, fleet, now)) return;
    this.#devices += 1;
    this.#bytes += artifactsFor(context.release, device.type).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const zone = zoneOf(device);
    count(this.#zones, this.#zones.has(zone) || this.#zones.size < mostCounted ? zone : 'UTC');
    for (const group of context.phaseGroups.values()) {
      if (isIn(group, { device, now })) count(this.#groups, group.name);
    }
  }

  result(): AudienceCounts {
    const all = [...this.#zones].sort((a, b) => b[1] - a[1]);
    const rest = all.slice(mostZones).reduce((sum, [, devices]) => sum + devices, 0);
    return {
      devices: this.#devices,
      groups: [...this.#groups],
      zones: [...all.slice(0, mostZones), ...(rest > 0 ? [['UTC', rest] as const] : [])],
      bytes: this.#bytes,
    };
  }
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
