import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  abortRollout,
  checkIn,
  createRollout,
  type DeviceScope,
  explainDevice,
  getRollout,
  listAudit,
  rolloutDeployments,
  takeReports,
  tickRollouts,
} from '@fettle/control';
import { type DeploymentStatus, limits, type Manifest, type RolloutId } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { createWorld, simplePlan, type World } from '../support/memory-brain.ts';

/** A device that does what it is told, as far as the server can see. */
class Puppet {
  readonly scope: DeviceScope;
  readonly world: World;
  running: Manifest | undefined;
  sequence = 0;
  open: native.OfferMessage | undefined;
  abortSeen = false;

  constructor(world: World, scope: DeviceScope) {
    this.world = world;
    this.scope = scope;
  }

  async checkIn(): Promise<native.CheckInResponse> {
    const artifact = this.running?.artifacts[0];
    const current: native.CheckInRequest['current'] =
      artifact && this.running
        ? { rootfs: { version: this.running.version, counter: this.running.counter, sha256: artifact.digest } }
        : {};
    const answer = await checkIn(this.scope, this.world.brain, { attributes: {}, current });
    if (answer.offer && answer.offer.deployment !== this.open?.deployment) this.sequence = 0;
    this.open = answer.offer ?? this.open;
    if (answer.abort) this.abortSeen = true;
    return answer;
  }

  async report(status: DeploymentStatus, code?: string): Promise<void> {
    assert.ok(this.open);
    const error = code === undefined ? {} : { error: { code, class: 'permanent' as const, message: code } };
    const report = { deployment: this.open.deployment, sequence: ++this.sequence, status, ...error };
    const answer = await takeReports(this.scope, this.world.brain, { reports: [report] });
    assert.deepEqual(answer.acknowledged, [{ deployment: report.deployment, sequence: report.sequence }]);
  }
}

async function startWorld(devices: number, seed = 1) {
  const world = await createWorld(seed);
  const one = await world.publish('1.0.0');
  const puppets: Puppet[] = [];
  for (let i = 0; i < devices; i++) {
    const puppet = new Puppet(world, await world.addDevice(`d-${i}`, i % 2 ? 'board-a' : 'board-b'));
    puppet.running = one;
    await puppet.checkIn();
    puppets.push(puppet);
  }
  return { world, puppets };
}

async function tick(world: World, byMs = 1_000): Promise<void> {
  world.now += byMs;
  await tickRollouts(world.brain);
}

const statusOf = async (world: World, id: RolloutId) => (await getRollout(world.admin, world.brain, id)).rollout;

test('a release goes through its phases and everybody ends on it', async () => {
  const { world, puppets } = await startWorld(60);
  const two = await world.publish('2.0.0');
  const plan = simplePlan([{ size: { share: 0.1 }, minSoakMs: 5_000 }, { size: { share: 0.5 } }, {}]);
  const { rollout } = await createRollout(world.admin, world.brain, world.fleet, {
    version: '2.0.0',
    group: 'all',
    plan,
    start: true,
    reason: 'test',
  });
  const reached: number[] = [];
  for (let round = 0; round < 40 && (await statusOf(world, rollout.id)).status === 'running'; round++) {
    await tick(world);
    for (const puppet of puppets) {
      if (!(await puppet.checkIn()).offer) continue;
      for (const status of ['downloading', 'installing', 'rebooting', 'checking'] as const) await puppet.report(status);
      puppet.running = two;
      await puppet.report('succeeded');
    }
    reached.push(puppets.filter((puppet) => puppet.running === two).length);
  }
  assert.equal((await statusOf(world, rollout.id)).status, 'completed');
  assert.equal(reached.at(-1), 60);
  assert.ok((reached[1] ?? 60) < 15, `canary of ${reached[1]}`);
  const { counts } = await getRollout(world.admin, world.brain, rollout.id);
  assert.equal(
    counts.reduce((sum, one) => sum + one.succeeded, 0),
    60,
  );
  await world.close();
});

test('a bad release stops itself in the canary, and why tells each device its own truth', async () => {
  const { world, puppets } = await startWorld(40);
  await world.publish('2.0.0');
  const plan = simplePlan([{ size: { share: 0.1 } }, {}]);
  const { rollout } = await createRollout(world.admin, world.brain, world.fleet, {
    version: '2.0.0',
    group: 'all',
    plan,
    start: true,
    reason: 'test',
  });
  await tick(world);
  const hit: Puppet[] = [];
  for (const puppet of puppets) {
    if (!(await puppet.checkIn()).offer) continue;
    hit.push(puppet);
    await puppet.report('rebooting');
    await puppet.report('rolledBack', 'health-failed');
  }
  await tick(world);
  const stopped = await statusOf(world, rollout.id);
  assert.equal(stopped.status, 'aborted');
  assert.match(stopped.statusReason, /phase-0 failed/);
  for (const puppet of puppets) {
    const { reasons, verdict } = await explainDevice(world.admin, world.brain, puppet.scope.device, '2.0.0');
    const codes = reasons.map((reason) => reason.code);
    assert.equal(verdict, 'hold');
    assert.ok(codes.includes('gate-failed'));
    assert.equal(codes.includes('already-failed-here'), hit.includes(puppet));
    assert.equal((await puppet.checkIn()).offer, undefined);
  }
  const { items } = await listAudit(world.admin, world.brain, { limit: 500 });
  const verbs = new Set(items.map((event) => event.verb));
  for (const verb of [
    'rollout.created',
    'rollout.phase-opened',
    'deployment.offered',
    'deployment.ended',
    'rollout.phase-failed',
    'rollout.aborted',
  ]) {
    assert.ok(verbs.has(verb as never), verb);
  }
  assert.deepEqual(
    items.map((event) => event.sequence),
    items.map((_, i) => items.length - i),
  );
  await world.close();
});

test('a device that went back by itself is found by what it runs', async () => {
  const { world, puppets } = await startWorld(1);
  const [puppet] = puppets;
  assert.ok(puppet);
  const one = puppet.running;
  const two = await world.publish('2.0.0');
  const { rollout } = await createRollout(world.admin, world.brain, world.fleet, {
    version: '2.0.0',
    group: 'all',
    plan: simplePlan(),
    start: true,
    reason: 'test',
  });
  await tick(world);
  await puppet.checkIn();
  puppet.running = two;
  await puppet.report('succeeded');
  await puppet.checkIn();
  puppet.running = one;
  const answer = await puppet.checkIn();
  assert.equal(answer.offer, undefined);
  const [deployment] = (await rolloutDeployments(world.admin, world.brain, rollout.id, { limit: 5 })).items;
  assert.equal(deployment?.status, 'rolledBack');
  assert.equal(deployment?.error?.code, 'reverted-by-itself');
  await world.close();
});

test('a device that falls silent times out, and its late truth still counts', async () => {
  const { world, puppets } = await startWorld(1);
  const [puppet] = puppets;
  assert.ok(puppet);
  const two = await world.publish('2.0.0');
  const { rollout } = await createRollout(world.admin, world.brain, world.fleet, {
    version: '2.0.0',
    group: 'all',
    plan: { ...simplePlan(), onFail: 'pause' },
    start: true,
    reason: 'test',
  });
  await tick(world);
  await puppet.checkIn();
  await tick(world, 25 * 3_600_000);
  await tick(world);
  const only = async () => (await rolloutDeployments(world.admin, world.brain, rollout.id, { limit: 5 })).items[0];
  assert.equal((await only())?.status, 'timedOut');
  assert.equal((await statusOf(world, rollout.id)).status, 'paused');
  puppet.running = two;
  await puppet.report('succeeded');
  assert.equal((await only())?.status, 'succeeded');
  const { counts } = await getRollout(world.admin, world.brain, rollout.id);
  assert.deepEqual(counts, [{ started: 1, open: 0, succeeded: 1, failed: 0, rolledBack: 0, neutral: 0, proven: 1 }]);
  await world.close();
});

test('after an abort nobody is offered the release, and open deployments are told to stop', async () => {
  const { world, puppets } = await startWorld(20);
  await world.publish('2.0.0');
  const { rollout } = await createRollout(world.admin, world.brain, world.fleet, {
    version: '2.0.0',
    group: 'all',
    plan: simplePlan([{ maxInFlight: 7 }]),
    start: true,
    reason: 'test',
  });
  await tick(world);
  for (const puppet of puppets) await puppet.checkIn();
  const open = puppets.filter((puppet) => puppet.open);
  assert.equal(open.length, 7);
  await abortRollout(world.admin, world.brain, rollout.id, 'wrong one');
  for (const puppet of puppets) {
    const answer = await puppet.checkIn();
    assert.equal(answer.offer, undefined);
    assert.equal(answer.abort !== undefined, open.includes(puppet));
    if (answer.abort) await puppet.report('aborted');
  }
  const { counts } = await getRollout(world.admin, world.brain, rollout.id);
  assert.deepEqual(counts, [{ started: 7, open: 0, succeeded: 0, failed: 0, rolledBack: 0, neutral: 7, proven: 0 }]);
  await world.close();
});

test('many devices at once never pass maxInFlight, and a counted phase takes exactly its count', async () => {
  const { world, puppets } = await startWorld(50);
  await world.publish('2.0.0');
  const plan = simplePlan([{ size: { count: 12 }, maxInFlight: 5 }, {}]);
  const { rollout } = await createRollout(world.admin, world.brain, world.fleet, {
    version: '2.0.0',
    group: 'all',
    plan,
    start: true,
    reason: 'test',
  });
  await tick(world);
  let most = 0;
  for (let round = 0; round < 6; round++) {
    await Promise.all(puppets.map((puppet) => puppet.checkIn()));
    const { counts } = await getRollout(world.admin, world.brain, rollout.id);
    most = Math.max(most, counts[0]?.open ?? 0);
    await Promise.all(
      puppets.filter((puppet) => puppet.open && puppet.sequence === 0).map((puppet) => puppet.report('skipped')),
    );
  }
  assert.equal(most, 5);
  const { counts } = await getRollout(world.admin, world.brain, rollout.id);
  assert.equal(counts[0]?.started, 12);
  assert.ok(limits.pageSize >= 50);
  await world.close();
});
