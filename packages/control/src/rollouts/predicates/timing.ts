import { artifactsFor, type DeviceAttempt, isFinal } from '@fettle/model';
import type { Case } from '../context.ts';
import type { Finding } from '../reason.ts';
import { backoff } from '../timing/backoff.ts';
import { windowsState } from '../timing/windows.ts';
import { runs } from './fit.ts';
import { zoneOf } from './readiness.ts';

/** Whether the time is right: schedule, freezes, windows, and the wait after an attempt that failed. */
export function* timingFindings(subject: Case): Generator<Finding> {
  const { rollout } = subject.context;
  yield* scheduleFindings(subject);
  if (!rollout.policy.ignoreFreezes) yield* freezeFindings(subject);
  yield* windowFindings(subject);
  const attempt = subject.device.attempts.find((tried) => tried.rollout === rollout.id);
  if (attempt) yield* attemptFindings(subject, attempt);
}

function* scheduleFindings({ context: { rollout }, now }: Case): Generator<Finding> {
  const { startAt, endAt } = rollout.policy;
  if (startAt !== null && now < startAt) {
    const evidence = { startAt: new Date(startAt).toISOString() };
    yield { code: 'outside-schedule', evidence, remedy: 'Wait, or start a rollout without a time.', until: startAt };
  }
  if (endAt !== null && now >= endAt) {
    const evidence = { endAt: new Date(endAt).toISOString() };
    yield { code: 'outside-schedule', evidence, remedy: 'Start a new rollout.' };
  }
}

function* freezeFindings({ fleet: { fleet }, now }: Case): Generator<Finding> {
  const freeze = fleet.freezes.find(({ from, until }) => from <= now && now < until);
  if (!freeze) return;
  const evidence = { freeze: freeze.name, because: freeze.reason, until: new Date(freeze.until).toISOString() };
  const remedy = 'Wait, or start an emergency rollout that ignores freezes.';
  yield { code: 'freeze-period', evidence, remedy, until: freeze.until };
}

function* windowFindings({ device, context: { rollout }, now }: Case): Generator<Finding> {
  const zone = zoneOf(device);
  const { open, changesAt: until } = windowsState(rollout.policy.windows, zone, now);
  if (open) return;
  const evidence = { zone, opensAt: new Date(until).toISOString() };
  yield { code: 'outside-window', evidence, remedy: 'Wait for the window, or start a rollout without windows.', until };
}

function* attemptFindings(subject: Case, attempt: DeviceAttempt): Generator<Finding> {
  const { device, context, now } = subject;
  const { rollout, release } = context;
  if (!isFinal(attempt.lastStatus)) return;
  // Whoever runs what it took is done; whoever lost it again does not take it for ever.
  const hasTaken = attempt.lastStatus === 'succeeded';
  if (hasTaken && runs(device, artifactsFor(release, device.type))) return;
  const tried = { attempts: attempt.count, lastStatus: attempt.lastStatus };
  if (attempt.count >= rollout.maxAttempts) {
    const evidence = { ...tried, maxAttempts: rollout.maxAttempts };
    yield { code: 'attempts-exhausted', evidence, remedy: 'Start a new rollout when the cause is mended.' };
    return;
  }
  if (hasTaken) return;
  const waitMs = backoff(attempt.count, attempt.permanent ? 'permanent' : 'transient', rollout);
  if (waitMs === null) return;
  const until = attempt.lastChangedAt + waitMs;
  if (now < until) yield { code: 'backing-off', evidence: tried, remedy: 'Wait.', until };
}
