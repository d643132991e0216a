import type { Deployment, DeploymentStatus, Phase, Rollout } from '@fettle/model';
import type { Commit } from './commits.ts';
import { isOver, type Mirror } from './mirror.ts';
import type { Accuse } from './violation.ts';

const order: readonly DeploymentStatus[] = ['pending', 'offered', 'downloading', 'installing', 'rebooting', 'checking'];
/** What only was assumed gives way to what the device did; a device may go back after all. @source design §5 */
const moreFinal: Readonly<Partial<Record<DeploymentStatus, readonly DeploymentStatus[]>>> = {
  succeeded: ['rolledBack'],
  skipped: ['succeeded', 'failed', 'rolledBack'],
  aborted: ['succeeded', 'failed', 'rolledBack'],
  timedOut: ['succeeded', 'failed', 'rolledBack'],
};

/** Looks at what a commit does to a deployment. */
export function judgeChange(before: Deployment | undefined, after: Deployment, accuse: Accuse): void {
  if (isOver(after.status) !== (after.deadlineAt === null)) {
    accuse('stuck', `${after.id} is ${after.status} with the deadline ${after.deadlineAt}`);
  }
  if (!before || before.status === after.status) return;
  const tells = `${after.id} goes from ${before.status} to ${after.status}`;
  if (isOver(before.status)) {
    if (!moreFinal[before.status]?.includes(after.status)) accuse('final', tells);
  } else if (!isOver(after.status) && order.indexOf(after.status) < order.indexOf(before.status)) {
    accuse('final', tells);
  }
}

/** Looks at what a commit does to a rollout. */
export function judgeRollout(mirror: Mirror, after: Rollout, { actor }: Pick<Commit, 'actor'>, accuse: Accuse): void {
  const before = mirror.rollouts.get(after.id);
  if (before && after.revision !== before.revision + 1) {
    accuse('phase-order', `${after.id} goes from revision ${before.revision} to ${after.revision}`);
  }
  if (before && (before.status === 'aborted' || before.status === 'completed') && after.status === 'running') {
    accuse('stopped', `${after.id} runs again after it was ${before.status}`);
  }
  if (before && planText(before) !== planText(after)) accuse('plan', `${after.id} is another than it was`);
  after.phases.forEach((phase, index) => {
    const old = before?.phases[index];
    if (phase.status === 'open' && old?.status !== 'open') {
      const unfinished = after.phases.slice(0, index).find(({ status }) => status !== 'passed');
      if (unfinished) accuse('phase-order', `${phase.name} opens while ${unfinished.name} is ${unfinished.status}`);
    }
    const isByItself = !actor.startsWith('operator:');
    if (phase.status === 'passed' && old && old.status !== 'passed' && isByItself) {
      judgePass(mirror, after, index, accuse);
    }
    if (old && old.members > 0 && old.bucketLimit !== phase.bucketLimit) {
      accuse('membership', `the reach of ${phase.name} goes from ${old.bucketLimit} to ${phase.bucketLimit}`);
    }
  });
}

/** A phase with fixed thresholds passes only when enough of its devices have committed and not too many failed. */
function judgePass(mirror: Mirror, rollout: Rollout, index: number, accuse: Accuse): void {
  if (rollout.policy.gate.kind !== 'fixed') return;
  const phase = rollout.phases[index] as Phase;
  let succeeded = 0;
  let failed = 0;
  for (const attempts of mirror.attemptsAt(rollout.id)) {
    const newest = attempts.at(-1);
    if (!newest || newest.phase > index) continue;
    if (newest.status === 'succeeded') succeeded++;
    if (newest.status === 'failed' || newest.status === 'rolledBack' || newest.status === 'timedOut') failed++;
  }
  const needed = Math.max(1, Math.ceil(phase.successShare * phase.members - 1e-9));
  const threshold = phase.failureThreshold;
  const allowed = 'count' in threshold ? threshold.count : Math.floor(threshold.share * phase.members + 1e-9);
  if (succeeded < needed) accuse('phase-order', `${phase.name} passes on ${succeeded} of ${needed} successes`);
  if (failed - phase.forgivenFailures > allowed) {
    accuse('phase-order', `${phase.name} passes with ${failed} failures, ${allowed} allowed`);
  }
}

/** All of a rollout that no step may change. */
function planText({
  release,
  group,
  salt,
  onFail,
  maxAttempts,
  retryBackoffMs,
  policy,
  returns,
  phases,
}: Rollout): string {
  const planned = phases.map(({ name, size, maxInFlight, failureThreshold, successShare, minSoakMs, promote }) => {
    return { name, size, maxInFlight, failureThreshold, successShare, minSoakMs, promote };
  });
  return JSON.stringify({ release, group, salt, onFail, maxAttempts, retryBackoffMs, policy, returns, planned });
}
