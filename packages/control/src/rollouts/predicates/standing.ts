import type { Instant, Phase } from '@fettle/model';
import { selectionChangesAt } from '../../expressions/cache.ts';
import type { Case } from '../context.ts';
import type { Finding } from '../reason.ts';
import { openPhase, placeOf } from './place.ts';

/** Where the rollout stands, and whether that has come to the device yet. */
export function* standingFindings(subject: Case): Generator<Finding> {
  const { rollout } = subject.context;
  const because = { status: rollout.status, because: rollout.statusReason };
  const { approvals } = rollout.policy;
  if (rollout.status === 'draft' && rollout.approvedBy.length < approvals) {
    const evidence = { approvals, approvedBy: rollout.approvedBy.join(', ') };
    yield { code: 'awaiting-approval', evidence, remedy: `fettle rollout approve ${rollout.id}` };
  } else if (rollout.status === 'draft') {
    yield { code: 'rollout-not-started', evidence: because, remedy: `fettle rollout start ${rollout.id}` };
  }
  const failed = rollout.phases.find((phase) => phase.status === 'failed');
  const isStopped = rollout.status === 'paused' || rollout.status === 'aborted';
  if (isStopped && failed) {
    const remedy =
      rollout.status === 'paused' ? `fettle rollout resume ${rollout.id}` : 'Publish a release that mends it.';
    yield { code: 'gate-failed', evidence: { ...because, phase: failed.name }, remedy };
  } else if (rollout.status === 'paused') {
    yield { code: 'rollout-paused', evidence: because, remedy: `fettle rollout resume ${rollout.id}` };
  } else if (rollout.status === 'aborted') {
    yield { code: 'rollout-aborted', evidence: because, remedy: 'Start a new rollout.' };
  }
  // An aborted rollout has no phase that anybody could wait for.
  if (rollout.status !== 'aborted') yield* phaseFindings(subject);
}

function* phaseFindings(subject: Case): Generator<Finding> {
  const { rollout } = subject.context;
  const place = placeOf(subject);
  if (place.kind === 'open') return;
  const evidence = { bucket: Number(place.bucket.toFixed(6)) };
  const until = groupsChangeAt(subject);
  if (place.kind === 'never') {
    const remedy = 'Start a rollout whose last phase reaches every device.';
    yield { code: 'not-in-phase', evidence, remedy, until };
    return;
  }
  // A draft has opened nothing: that it is a draft says it all.
  if (rollout.status === 'draft') return;
  const { phase } = place;
  const waitsForPerson = isNext(subject, phase) && openPhase(rollout)?.status === 'passed';
  if (waitsForPerson && openPhase(rollout)?.promote === 'manual') {
    const remedy = `fettle rollout promote ${rollout.id}`;
    yield { code: 'awaiting-approval', evidence: { ...evidence, phase: phase.name }, remedy, until };
    return;
  }
  const remedy =
    rollout.status === 'running' ? `fettle rollout promote ${rollout.id}` : 'Wait until the rollout goes on.';
  yield { code: 'phase-not-open', evidence: { ...evidence, phase: phase.name, status: phase.status }, remedy, until };
}

/** When the device may come into or go out of the group of a phase by its age alone. */
function groupsChangeAt({ device, context, now }: Case): Instant | undefined {
  let earliest: Instant | undefined;
  for (const { filter } of context.phaseGroups.values()) {
    const at = selectionChangesAt(filter.text, device, now);
    if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at;
  }
  return earliest;
}

function isNext({ context: { rollout } }: Case, phase: Phase): boolean {
  const open = openPhase(rollout);
  return open !== undefined && rollout.phases.indexOf(phase) === rollout.phases.indexOf(open) + 1;
}
