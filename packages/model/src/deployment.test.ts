import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyStatus, type DeploymentStatus, deploymentStatuses, deploymentTable, isFinal } from './deployment.ts';

const anyStatus = fc.constantFrom(...deploymentStatuses);

test('every status that is not final has an owner and a deadline', () => {
  for (const status of deploymentStatuses) {
    const row = deploymentTable[status];
    assert.equal(row.owner === 'nobody', row.final, status);
    assert.equal(row.deadlineMs === 0, row.final, status);
  }
});

test('no status leads to itself and none leads back to an open one once it is final', () => {
  for (const status of deploymentStatuses) {
    assert.ok(!deploymentTable[status].next.includes(status), status);
    if (isFinal(status))
      for (const next of deploymentTable[status].next) assert.ok(isFinal(next), `${status} → ${next}`);
  }
});

test('every open status can end in every way', () => {
  for (const open of deploymentStatuses.filter((status) => !isFinal(status))) {
    for (const end of deploymentStatuses.filter(isFinal))
      assert.equal(applyStatus(open, end), 'moves', `${open} → ${end}`);
  }
});

test('reports that come late, twice or in any order end in the same place when one of them is final', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(['downloading', 'installing', 'rebooting', 'checking'] as const), (early) => {
      const story: DeploymentStatus[] = [...early, 'succeeded', ...early];
      const end = story.reduce<DeploymentStatus>(
        (now, next) => (applyStatus(now, next) === 'moves' ? next : now),
        'offered',
      );
      assert.equal(end, 'succeeded');
    }),
  );
});

test('a final status moves at most twice, however many reports follow', () => {
  fc.assert(
    fc.property(fc.array(anyStatus, { maxLength: 50 }), (story) => {
      let now: DeploymentStatus = 'offered';
      let movesAfterEnd = 0;
      for (const next of story) {
        if (applyStatus(now, next) === 'stays') continue;
        if (isFinal(now)) movesAfterEnd++;
        now = next;
      }
      assert.ok(movesAfterEnd <= 2);
    }),
  );
});
