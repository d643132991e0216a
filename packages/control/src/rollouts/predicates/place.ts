import type { Phase, Rollout } from '@fettle/model';
import { bucketOf } from '../bucket.ts';
import type { Case } from '../context.ts';
import { isIn } from './audience.ts';

/** Where a device stands in the phases of a rollout. */
export type Place =
  | { readonly kind: 'open'; readonly index: number; readonly phase: Phase; readonly bucket: number }
  | { readonly kind: 'later'; readonly phase: Phase; readonly bucket: number }
  | { readonly kind: 'never'; readonly bucket: number };

/**
 * The first phase that admits the device. Membership is a function of the device alone, so that one that comes late
 * stands where it would have stood from the start.
 */
export function placeOf(subject: Pick<Case, 'device' | 'context' | 'now'>): Place {
  const { rollout } = subject.context;
  const bucket = bucketOf(rollout.salt, subject.device.id);
  const index = rollout.phases.findIndex((phase, at) => isOpen(phase) && admits(subject, at, bucket));
  const phase = rollout.phases[index];
  if (phase) return { kind: 'open', index, phase, bucket };
  const later = rollout.phases.find((planned, at) => !isOpen(planned) && reaches(subject, at, bucket));
  return later ? { kind: 'later', phase: later, bucket } : { kind: 'never', bucket };
}

function admits(subject: Pick<Case, 'device' | 'context' | 'now'>, index: number, bucket: number): boolean {
  const phase = subject.context.rollout.phases[index] as Phase;
  if ('group' in phase.size) return isIn(subject.context.phaseGroups.get(index), subject);
  return bucket < phase.bucketLimit;
}

// How far a counted phase reaches is known only once it is measured.
function reaches(subject: Pick<Case, 'device' | 'context' | 'now'>, index: number, bucket: number): boolean {
  const { size } = subject.context.rollout.phases[index] as Phase;
  if ('group' in size) return isIn(subject.context.phaseGroups.get(index), subject);
  return 'count' in size || bucket < size.share;
}

/** Whether devices of the phase are served: a failed one still counts as opened. */
function isOpen(phase: Phase): boolean {
  return phase.status === 'open' || phase.status === 'passed' || phase.status === 'failed';
}

/** The phase that is being watched: the last one that was opened. */
export function openPhase(rollout: Rollout): Phase | undefined {
  return rollout.phases.findLast(isOpen);
}
