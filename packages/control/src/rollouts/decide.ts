import { artifactsFor, type Device, type Instant, type Reason, type ReleaseArtifact } from '@fettle/model';
import {
  type Case,
  type DecisionContext,
  quietSurroundings,
  type RolloutContext,
  type Surroundings,
} from './context.ts';
import { audienceFindings } from './predicates/audience.ts';
import { clearanceFindings } from './predicates/clearance.ts';
import { deviceFindings } from './predicates/device.ts';
import { fitFindings } from './predicates/fit.ts';
import { limitFindings } from './predicates/limits.ts';
import { placeOf } from './predicates/place.ts';
import { readinessFindings } from './predicates/readiness.ts';
import { standingFindings } from './predicates/standing.ts';
import { timingFindings } from './predicates/timing.ts';
import { type Finding, reasonOf } from './reason.ts';

export interface Offer {
  readonly kind: 'offer';
  readonly context: RolloutContext;
  readonly phase: number;
  readonly attempt: number;
  readonly artifacts: readonly ReleaseArtifact[];
  /** Why the other rollouts do not apply. */
  readonly reasons: readonly Reason[];
}
export interface Hold {
  readonly kind: 'hold';
  readonly reasons: readonly Reason[];
}
export type Decision = Offer | Hold;

/**
 * Decides what a device gets, and explains it: the same call does both, so they can never disagree.
 * Walks every predicate of every rollout, in the order in which rollouts are served; the first without a blocking
 * reason makes the offer. More facts can only hold a device back: a hold without its surroundings stays one with them.
 * Cost: linear in rollouts; no allocation to speak of beyond the reasons.
 * @param surroundings what goes on at the device's site and with its pair
 * @source design §3
 */
export function decide(
  device: Device,
  context: DecisionContext,
  now: Instant,
  surroundings: Surroundings = quietSurroundings,
): Decision {
  const reasons: Reason[] = deviceFindings(device).map((finding) => reasonOf(finding, undefined));
  const blocked = reasons.length > 0;
  let offer: Omit<Offer, 'reasons'> | undefined;
  for (const candidate of context.rollouts) {
    const subject: Case = { device, context: candidate, fleet: context, surroundings, now };
    const found = findingsOf(subject);
    if (found.length === 0 && !blocked) {
      if (offer === undefined) offer = makeOffer(subject);
      else found.push(yielding(candidate, offer.context));
    }
    for (const finding of found) reasons.push(reasonOf(finding, candidate));
  }
  if (offer) return { ...offer, reasons };
  if (reasons.length === 0) {
    const finding = { code: 'no-rollout', evidence: {}, remedy: 'Start a rollout.' } as const;
    reasons.push(reasonOf(finding, undefined));
  }
  return { kind: 'hold', reasons };
}

function findingsOf(subject: Case): Finding[] {
  return [
    ...fitFindings(subject.device, subject.context, subject.fleet),
    ...audienceFindings(subject),
    ...clearanceFindings(subject),
    ...standingFindings(subject),
    ...timingFindings(subject),
    ...readinessFindings(subject),
    ...limitFindings(subject),
  ];
}

/** Whether the device belongs to those that the rollout is to reach: what makes it a member of a phase. */
export function isMember(device: Device, candidate: RolloutContext, context: DecisionContext, now: Instant): boolean {
  if (device.attempts.some((attempt) => attempt.rollout === candidate.rollout.id)) return true;
  const subject: Case = { device, context: candidate, fleet: context, surroundings: quietSurroundings, now };
  if (fitFindings(device, candidate, context).some((finding) => finding.code !== 'no-space')) return false;
  return audienceFindings(subject).next().done === true;
}

function makeOffer(subject: Case): Omit<Offer, 'reasons'> {
  const { device, context } = subject;
  const place = placeOf(subject);
  const attempt = device.attempts.find((tried) => tried.rollout === context.rollout.id);
  return {
    kind: 'offer',
    context,
    phase: place.kind === 'open' ? place.index : 0,
    attempt: (attempt?.count ?? 0) + 1,
    artifacts: artifactsFor(context.release, device.type),
  };
}

function yielding(candidate: RolloutContext, by: RolloutContext): Finding {
  const evidence = { by: by.rollout.id, version: by.release.version };
  const isLower = candidate.rollout.policy.priority < by.rollout.policy.priority;
  const priorities = { priority: candidate.rollout.policy.priority, higher: by.rollout.policy.priority };
  return isLower
    ? {
        code: 'lower-priority',
        evidence: { ...evidence, ...priorities },
        remedy: `fettle rollout abort ${by.rollout.id}`,
      }
    : { code: 'superseded-by-rollout', evidence, remedy: `fettle rollout abort ${by.rollout.id}` };
}
