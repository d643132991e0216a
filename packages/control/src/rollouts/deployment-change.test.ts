import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Deployment, type DeploymentStatus, deploymentStatuses, noCounts, type PhaseCounts } from '@fettle/model';
import fc from 'fast-check';
import { deploymentNumber, fleet, releaseNumber, rolloutNumber, sampleDevice } from '../../test/samples.ts';
import { countOf, sumCounts } from './counts.ts';
import { changeDeployment } from './deployment-change.ts';

const deployment: Deployment = {
  id: deploymentNumber(1),
  fleet: fleet.id,
  device: sampleDevice().id,
  rollout: rolloutNumber(2),
  release: releaseNumber(2),
  phase: 0,
  attempt: 1,
  status: 'offered',
  error: null,
  createdAt: 0,
  changedAt: 0,
  deadlineAt: 10,
  lastSequence: 0,
  counterBefore: 1,
  site: null,
  pair: null,
};
const device = sampleDevice({
  openDeployment: deployment.id,
  attempts: [
    {
      rollout: deployment.rollout,
      release: deployment.release,
      deployment: deployment.id,
      count: 1,
      lastStatus: 'offered',
      permanent: false,
      lastChangedAt: 0,
      counterBefore: 1,
    },
  ],
});
const error = (kind: 'permanent' | 'transient') => ({ code: 'x', class: kind, message: 'm' }) as const;

test('counts follow any story: each device is in exactly one place', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...deploymentStatuses), { maxLength: 30 }), (story) => {
      let now = { deployment, device };
      let counts: PhaseCounts = { ...noCounts, started: 1, open: 1 };
      for (const status of story) {
        const change = changeDeployment(now.deployment, now.device, { status, error: null, now: 5 });
        if (!change) continue;
        counts = sumCounts([counts, change.counts]);
        now = change;
      }
      assert.deepEqual(counts, { ...countOf(now.deployment.status), started: 1 });
      assert.equal(now.device.openDeployment === null, now.deployment.deadlineAt === null);
      assert.equal(now.device.attempts[0]?.lastStatus, now.deployment.status);
    }),
  );
});

const permanence: [DeploymentStatus, 'permanent' | 'transient' | null, boolean][] = [
  ['failed', 'permanent', true],
  ['failed', 'transient', false],
  ['failed', null, true],
  ['rolledBack', 'transient', true],
  ['timedOut', 'transient', false],
  ['succeeded', null, false],
];
for (const [status, kind, permanent] of permanence) {
  test(`${status} with a ${kind ?? 'missing'} error is ${permanent ? '' : 'not '}for good`, () => {
    const change = changeDeployment(deployment, device, { status, error: kind && error(kind), now: 5 });
    assert.equal(change?.device.attempts[0]?.permanent, permanent);
  });
}

test('an attempt that was followed by another no longer changes the counts', () => {
  const timedOut: Deployment = { ...deployment, status: 'timedOut', deadlineAt: null };
  const [attempt] = device.attempts;
  assert.ok(attempt);
  const retried = {
    ...device,
    openDeployment: deploymentNumber(2),
    attempts: [{ ...attempt, deployment: deploymentNumber(2) }],
  };
  const change = changeDeployment(timedOut, retried, { status: 'failed', error: null, now: 5 });
  assert.deepEqual(change?.counts, noCounts);
  assert.equal(change?.device.openDeployment, deploymentNumber(2));
  assert.equal(change?.device.attempts[0]?.lastStatus, 'offered');
});
