import type { FreezePeriod, Instant, RolloutPolicy } from '@fettle/model';
import { never, type TimeState } from './time-state.ts';

/** Whether no freeze period holds the fleet back; those that follow each other without a gap count as one. */
export function freezeState(freezes: readonly FreezePeriod[], now: Instant): TimeState {
  let end = now;
  for (let freeze = freezeAt(freezes, end); freeze; freeze = freezeAt(freezes, end)) end = freeze.until;
  if (end > now) return { open: false, changesAt: end };
  const coming = freezes.filter(({ from, until }) => from > now && until > from);
  return { open: true, changesAt: Math.min(never, ...coming.map(({ from }) => from)) };
}

/** The freeze period that holds the fleet back at an instant; of several the one that lasts longest. */
export function freezeAt(freezes: readonly FreezePeriod[], at: Instant): FreezePeriod | undefined {
  return freezes
    .filter(({ from, until }) => from <= at && at < until)
    .reduce<FreezePeriod | undefined>((last, next) => (last && last.until >= next.until ? last : next), undefined);
}

/** Whether the time of a rollout has come and is not over; `endAt` itself is over. */
export function scheduleState({ startAt, endAt }: Pick<RolloutPolicy, 'startAt' | 'endAt'>, now: Instant): TimeState {
  if (endAt !== null && now >= endAt) return { open: false, changesAt: never };
  if (startAt !== null && now < startAt) return { open: false, changesAt: startAt };
  return { open: true, changesAt: endAt ?? never };
}
