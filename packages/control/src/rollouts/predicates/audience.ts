import type { Group } from '@fettle/model';
import { selectionChangesAt, selects } from '../../expressions/cache.ts';
import type { Case } from '../context.ts';
import type { Finding } from '../reason.ts';

/** Whether the rollout is meant for the device. */
export function* audienceFindings(subject: Case): Generator<Finding> {
  const { device, context, fleet, now } = subject;
  const { rollout, group } = context;
  if (!isIn(group, subject)) {
    const evidence = { group: rollout.group, filter: group?.filter.text ?? null };
    const until = group && selectionChangesAt(group.filter.text, device, now);
    yield { code: 'not-in-group', evidence, remedy: 'Tag the device or widen the group.', until };
  } else if (rollout.returns !== null && !tookIt(subject)) {
    const evidence = { group: rollout.group, returns: rollout.returns };
    yield { code: 'not-in-group', evidence, remedy: 'Nothing to do: it has nothing to go back from.' };
  }
  if (rollout.policy.exclude !== '' && selects(rollout.policy.exclude, device, now)) {
    const evidence = { exclude: rollout.policy.exclude };
    const until = selectionChangesAt(rollout.policy.exclude, device, now);
    yield { code: 'excluded', evidence, remedy: 'Start a rollout that does not leave the device out.', until };
  }
  for (const hold of fleet.holds) {
    if (hold.expiresAt <= now || (hold.rollout !== null && hold.rollout !== rollout.id)) continue;
    if (hold.expression === '' || !selects(hold.expression, device, now)) continue;
    const evidence = { hold: hold.id, expression: hold.expression, heldBy: hold.heldBy, because: hold.reason };
    const until = Math.min(hold.expiresAt, selectionChangesAt(hold.expression, device, now) ?? hold.expiresAt);
    yield { code: 'held-segment', evidence, remedy: `fettle rollout unhold ${hold.id}`, until };
  }
}

/** Whether a group has the device; a group that was deleted has nobody. */
export function isIn(group: Group | undefined, { device, now }: Pick<Case, 'device' | 'now'>): boolean {
  return group !== undefined && selects(group.filter.text, device, now);
}

/** A rollout that sends devices back is for those that took what is sent back, from the release it brings. */
function tookIt({ device, context: { rollout, release } }: Case): boolean {
  const taken = device.attempts.find((attempt) => attempt.rollout === rollout.returns);
  return taken?.lastStatus === 'succeeded' && taken.counterBefore === release.counter;
}
