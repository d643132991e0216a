import {
  artifactsFor,
  currentCounter,
  type Device,
  type DeviceAttempt,
  type Fleet,
  type Group,
  type Instant,
  isFinal,
  matchesFilter,
  type Phase,
  type PhaseCounts,
  type Reason,
  type ReasonCode,
  type Release,
  type ReleaseArtifact,
  type Rollout,
  reasonTable,
} from '@fettle/model';
import { bucketOf } from './bucket.ts';

/** One rollout with everything a decision needs to know of it. */
export interface RolloutContext {
  readonly rollout: Rollout;
  readonly release: Release;
  /** Absent when the group was deleted: then nobody is in it. */
  readonly group: Group | undefined;
  /** One entry a phase, in order. */
  readonly counts: readonly PhaseCounts[];
}

/** What is the same for every device of a fleet at one moment. */
export interface DecisionContext {
  readonly fleet: Fleet;
  /** Newest first. */
  readonly rollouts: readonly RolloutContext[];
}

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
 * Walks every predicate of every rollout; the newest rollout without a blocking reason makes the offer.
 * Cost: linear in rollouts; no allocation to speak of beyond the reasons.
 * @source design §3
 */
export function decide(device: Device, context: DecisionContext, now: Instant): Decision {
  const reasons: Reason[] = deviceReasons(device);
  const blocked = reasons.length > 0;
  let offer: Omit<Offer, 'reasons'> | undefined;
  for (const candidate of context.rollouts) {
    const found = [...fitReasons(device, candidate, context.fleet), ...timeReasons(device, candidate, now)];
    if (found.length === 0 && !blocked) {
      if (offer === undefined) offer = makeOffer(device, candidate);
      else found.push(superseded(candidate, offer.context));
    }
    reasons.push(...found);
  }
  if (offer) return { ...offer, reasons };
  if (reasons.length === 0) reasons.push(reason('no-rollout', undefined, {}, 'Start a rollout.'));
  return { kind: 'hold', reasons };
}

/** What holds the device back whatever the rollout. */
function deviceReasons(device: Device): Reason[] {
  const reasons: Reason[] = [];
  const evidence = { device: device.id, status: device.status };
  if (device.status === 'pending') {
    reasons.push(reason('device-pending', undefined, evidence, `fettle device accept ${device.id}`));
  }
  if (device.status === 'rejected') {
    reasons.push(reason('device-rejected', undefined, evidence, `fettle device accept ${device.id}`));
  }
  if (device.openDeployment !== null) {
    const seen = { deployment: device.openDeployment };
    reasons.push(reason('deployment-open', undefined, seen, 'Wait until the device reports how it ended.'));
  }
  return reasons;
}

/** Whether a release could ever go to a device: what makes it a member of the rollout or not. */
export function fitReasons(device: Device, context: RolloutContext, fleet: Fleet): Reason[] {
  const { rollout, release, group } = context;
  const reasons: Reason[] = [];
  const add = (code: ReasonCode, evidence: Reason['evidence'], remedy: string) =>
    reasons.push(reason(code, context, evidence, remedy));

  if (!group || !matchesFilter(group.filter, device)) {
    add(
      'not-in-group',
      { group: rollout.group, filter: group?.filter.text ?? null },
      'Tag the device or widen the group.',
    );
  }
  const artifacts = artifactsFor(release, device.type);
  if (artifacts.length === 0) {
    add(
      'no-release-for-type',
      { deviceType: device.type, version: release.version },
      `Publish a release with an artifact for ${device.type}.`,
    );
  } else if (runs(device, artifacts)) {
    add('up-to-date', { version: release.version }, 'Nothing to do.');
  }
  // All components of a device switch together, so that none is left beside one it was never tried with.
  const lacking = artifacts.length === 0 ? undefined : missingComponent(device, artifacts);
  if (lacking !== undefined) {
    const remedy = `Publish a release with an artifact for ${lacking} too.`;
    add('no-artifact-for-component', { component: lacking, version: release.version }, remedy);
  }
  const counter = currentCounter(device.current);
  if (release.counter < counter && !release.allowDowngrade) {
    add(
      'downgrade-forbidden',
      { current: counter, release: release.counter },
      'Publish a release that allows going back (--allow-downgrade).',
    );
  }
  if (release.counter < fleet.securityFloor) {
    add(
      'below-floor',
      { floor: fleet.securityFloor, release: release.counter },
      'Publish a newer release; the floor never sinks.',
    );
  }
  if (release.status === 'revoked') add('release-revoked', { version: release.version }, 'Publish a new release.');
  const failed = device.attempts.find((attempt) => attempt.release === release.id && attempt.permanent);
  if (failed) {
    const evidence = { deployment: failed.deployment, status: failed.lastStatus };
    add('already-failed-here', evidence, 'Publish a release that fixes what failed.');
  }
  return reasons;
}

/** What holds a fitting device back for now: the state of the rollout, its phases, earlier attempts. */
function timeReasons(device: Device, context: RolloutContext, now: Instant): Reason[] {
  const { rollout } = context;
  const reasons: Reason[] = [];
  const add = (
    code: ReasonCode,
    evidence: Reason['evidence'],
    remedy: string,
    earliestChangeAt: Instant | null = null,
  ) => reasons.push(reason(code, context, evidence, remedy, earliestChangeAt));

  const why = { status: rollout.status, because: rollout.statusReason };
  if (rollout.status === 'draft') add('rollout-not-started', why, `fettle rollout start ${rollout.id}`);
  if (rollout.status === 'paused') add('rollout-paused', why, `fettle rollout resume ${rollout.id}`);
  if (rollout.status === 'aborted') {
    add('rollout-aborted', why, 'Start a new rollout.');
    // It has no phase, no room and no further attempt that anybody could wait for.
    return reasons;
  }
  const placed = place(device, context);
  if (placed.code) add(placed.code, placed.evidence, placed.remedy);
  const open = context.counts.reduce((sum, counts) => sum + counts.open, 0);
  const limit = openPhase(rollout)?.maxInFlight;
  if (limit !== undefined && open >= limit) {
    add('too-many-in-flight', { open, maxInFlight: limit }, 'Wait until some of them have ended.');
  }
  const attempt = device.attempts.find((tried) => tried.rollout === rollout.id);
  if (!attempt || !isFinal(attempt.lastStatus) || attempt.lastStatus === 'succeeded') return reasons;
  const tried = { attempts: attempt.count, lastStatus: attempt.lastStatus };
  const until = backsOffUntil(attempt, rollout);
  if (attempt.count >= rollout.maxAttempts) {
    const evidence = { ...tried, maxAttempts: rollout.maxAttempts };
    add('attempts-exhausted', evidence, 'Start a new rollout when the cause is mended.');
  } else if (now < until && !attempt.permanent) add('backing-off', tried, 'Wait.', until);
  return reasons;
}

type Place =
  | { readonly code: null; readonly phase: number }
  | { readonly code: ReasonCode; readonly evidence: Reason['evidence']; readonly remedy: string };

/** The phase that admits the device, or why none does. */
function place(device: Device, context: RolloutContext): Place {
  const { rollout, counts } = context;
  const bucket = bucketOf(rollout.salt, device.id);
  const index = rollout.phases.findIndex((phase) => isOpen(phase) && bucket < phase.bucketLimit);
  const phase = rollout.phases[index];
  if (!phase) return placeLater(rollout, bucket);
  if ('count' in phase.size && !device.attempts.some((tried) => tried.rollout === rollout.id)) {
    const started = counts.slice(0, index + 1).reduce((sum, one) => sum + one.started, 0);
    if (started >= phase.size.count) {
      const evidence = { phase: phase.name, started, count: phase.size.count };
      return { code: 'budget-spent', evidence, remedy: 'Wait for the next phase.' };
    }
  }
  return { code: null, phase: index };
}

function placeLater(rollout: Rollout, bucket: number): Place {
  const evidence = { bucket: Number(bucket.toFixed(6)) };
  const next = rollout.phases.find((phase) => !isOpen(phase) && reaches(phase, bucket));
  if (!next)
    return { code: 'not-in-phase', evidence, remedy: 'Start a rollout whose last phase reaches every device.' };
  const remedy =
    rollout.status === 'running' ? `fettle rollout promote ${rollout.id}` : 'Wait until the rollout goes on.';
  return { code: 'phase-not-open', evidence: { ...evidence, phase: next.name, status: next.status }, remedy };
}

// How far a counted phase reaches is known only once it is measured.
function reaches(phase: Phase, bucket: number): boolean {
  return 'count' in phase.size || bucket < phase.size.share;
}

function isOpen(phase: Phase): boolean {
  return phase.status === 'open' || phase.status === 'passed' || phase.status === 'failed';
}

/** The phase that is being watched: the last one that was opened. */
export function openPhase(rollout: Rollout): Phase | undefined {
  return rollout.phases.findLast(isOpen);
}

function makeOffer(device: Device, context: RolloutContext): Omit<Offer, 'reasons'> {
  const placed = place(device, context);
  const attempt = device.attempts.find((tried) => tried.rollout === context.rollout.id);
  return {
    kind: 'offer',
    context,
    phase: placed.code === null ? placed.phase : 0,
    attempt: (attempt?.count ?? 0) + 1,
    artifacts: artifactsFor(context.release, device.type),
  };
}

const longestBackoffMs = 24 * 3_600_000;

function backsOffUntil(attempt: DeviceAttempt, rollout: Rollout): Instant {
  return attempt.lastChangedAt + Math.min(longestBackoffMs, rollout.retryBackoffMs * 2 ** (attempt.count - 1));
}

/** Whether the device runs exactly these artifacts already. */
export function runs(device: Pick<Device, 'current'>, artifacts: readonly ReleaseArtifact[]): boolean {
  return artifacts.every((artifact) => device.current[artifact.component]?.digest === artifact.digest);
}

function missingComponent(device: Device, artifacts: readonly ReleaseArtifact[]): string | undefined {
  for (const component in device.current) {
    if (!artifacts.some((artifact) => artifact.component === component)) return component;
  }
  return undefined;
}

function superseded(candidate: RolloutContext, by: RolloutContext): Reason {
  const evidence = { by: by.rollout.id, version: by.release.version };
  return reason('superseded-by-rollout', candidate, evidence, 'Abort the newer rollout.');
}

function reason(
  code: ReasonCode,
  context: RolloutContext | undefined,
  evidence: Reason['evidence'],
  remedy: string,
  earliestChangeAt: Instant | null = null,
): Reason {
  const { owner, summary } = reasonTable[code];
  const rollout = context?.rollout.id ?? null;
  const release = context?.release.id ?? null;
  return { code, owner, summary, evidence, earliestChangeAt, remedy, rollout, release };
}
