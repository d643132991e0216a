import type { GroupName, RolloutPlan } from '@fettle/model';

/** What is known of the devices that a rollout would be for. */
export interface Audience {
  /** Devices in the group of the rollout that the release fits. */
  readonly devices: number;
  /** How many of these are in each group that a phase takes. */
  readonly groups: ReadonlyMap<GroupName, number>;
}

/**
 * How many devices each phase of a plan would reach, those of earlier phases included. Shares and counts take devices
 * evenly, as buckets do; of groups it is assumed that no device is in two of them.
 * @returns one entry a phase, never falling
 */
export function membersOf(plan: Pick<RolloutPlan, 'phases'>, { devices, groups }: Audience): readonly number[] {
  let share = 0;
  let inGroups = 0;
  const taken = new Set<GroupName>();
  return plan.phases.map(({ size }) => {
    if ('group' in size) {
      if (!taken.has(size.group)) inGroups += groups.get(size.group) ?? 0;
      taken.add(size.group);
    } else {
      // A share that is too small for even one device takes the first.
      const reached =
        'count' in size ? size.count / Math.max(1, devices) : Math.max(size.share, 1 / Math.max(1, devices));
      share = Math.min(1, Math.max(share, reached));
    }
    const whole = Math.min(devices, inGroups);
    return Math.round(whole + (devices - whole) * share);
  });
}
