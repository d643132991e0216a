import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abortRollout, createRollout, deliverNotices, pauseRollout, tickRollouts } from '@fettle/control';
import type { AuditEvent, TenantId } from '@fettle/model';
import { createWorld, simplePlan } from '../support/memory-brain.ts';

const tenant = 'default' as TenantId;

test('what rollouts do is told in order, at least once, and never forgotten while the receiver is away', async () => {
  const world = await createWorld();
  const told: AuditEvent[] = [];
  const send = async (_: TenantId, event: AuditEvent) => void told.push(event);
  await world.publish('1.0.0');
  assert.equal(await deliverNotices(world.brain, tenant, send), 0, 'what lies before is history');

  const input = { version: '1.0.0', group: 'all', plan: simplePlan(), start: true, reason: 'go' };
  const { rollout } = await createRollout(world.admin, world.brain, world.fleet, input);
  await world.addDevice('a');
  await tickRollouts(world.brain);
  await pauseRollout(world.admin, world.brain, rollout.id, 'wait');
  await abortRollout(world.admin, world.brain, rollout.id, 'no');
  let calls = 0;
  const failing = async (_: TenantId, event: AuditEvent) => {
    calls++;
    if (event.verb === 'rollout.paused') throw new Error('away');
    told.push(event);
  };
  await assert.rejects(deliverNotices(world.brain, tenant, failing), /away/);
  assert.equal(calls, 3);
  await deliverNotices(world.brain, tenant, send);
  assert.equal(await deliverNotices(world.brain, tenant, send), 0);

  assert.deepEqual(
    told.map((event) => event.verb),
    ['rollout.started', 'rollout.phase-opened', 'rollout.paused', 'rollout.aborted'],
  );
  assert.equal(told[2]?.reason, 'wait');
  await world.close();
});
