import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import {
  abortRollout,
  checkIn,
  createRollout,
  type DeviceScope,
  forgetGateWindows,
  getRollout,
  listAudit,
  serverScope,
  tickRollouts,
} from '@fettle/control';
import {
  type DeploymentStatus,
  defaultPolicy,
  defaultSequentialGate,
  deviceId,
  type Manifest,
  type RolloutId,
} from '@fettle/model';
import { configOf, createServer } from '@fettle/server';
import { createWorld, simplePlan, type World } from '../support/memory-brain.ts';
import { allAtOnce, makeFleet, publish, startTestServer, until } from './api-support.ts';

const day = 86_400_000;
const keepMs = 30 * day;

/** A rollout under a sequential gate, and a device that installs it. */
async function roll(world: World, { version, counter }: Manifest, device: DeviceScope) {
  const policy = { ...defaultPolicy, gate: defaultSequentialGate };
  const plan = { ...simplePlan(), policy };
  const input = { version, group: 'all', plan, start: true, reason: 'go' };
  const { rollout } = await createRollout(world.admin, world.brain, world.fleet, input);
  await tickRollouts(world.brain);
  const { offer } = await ask(world, device);
  assert.ok(offer, 'the device is offered the release');
  const [artifact] = offer.artifacts;
  const current = { rootfs: { version, counter, sha256: artifact?.sha256 ?? '' } };
  const report = (sequence: number, status: DeploymentStatus) =>
    ask(world, device, {
      ...(status === 'succeeded' ? { current } : {}),
      reports: [{ deployment: offer.deployment, sequence, status, at: new Date(world.now).toISOString() }],
    });
  await report(1, 'succeeded');
  return { id: rollout.id, report };
}

async function ask(world: World, device: DeviceScope, message: object = {}) {
  const answer = await checkIn(device, world.brain, { attributes: {}, current: {}, ...message });
  await world.flushSeen();
  return answer;
}

/** Devices that were held back and sampled: they stay so that none is sampled twice. */
async function sample(world: World, rollout: RolloutId, count: number): Promise<void> {
  await world.store.transact(serverScope(world.admin.tenant), async (tx) => {
    for (let i = 0; i < count; i++) {
      const [side, device] = ['control' as const, deviceId(`held-${i}`)];
      const times = { startedAt: world.now, openedAt: world.now, lookAt: null };
      await tx.saveGateWindow({ rollout, device, side, stratum: 'board-a', phase: 0, ...times, taken: [] });
    }
  });
}

test('windows of a rollout that ended are forgotten after their time, and what was decided stays', async () => {
  const world = await createWorld();
  const { brain, admin, store } = world;
  const reads = store.reads(admin);
  const [first, second] = [await world.addDevice('first'), await world.addDevice('second')];
  const over = await roll(world, await world.publish('1.0.0'), first);
  await sample(world, over.id, 1_203);
  await abortRollout(admin, brain, over.id, 'enough');
  const running = await roll(world, await world.publish('2.0.0'), second);
  await sample(world, running.id, 7);
  const decided = async () => ({
    state: await reads.gateState(over.id),
    totals: await reads.gateTotals(over.id),
    events: await reads.gateEvents(over.id, { after: 0, limit: 100 }),
    counts: await reads.rolloutCounts(over.id, 1),
    rollout: await reads.rollout(over.id),
    audit: await listAudit(admin, brain, { limit: 500 }),
  });
  const before = await decided();
  assert.ok(before.state, 'the gate has begun');
  assert.ok(await reads.gateWindow(over.id, first.device), 'the device is watched');

  assert.equal(await forgetGateWindows(brain, keepMs), 0, 'nothing is old');
  world.now += 29 * day;
  assert.equal(await forgetGateWindows(brain, keepMs), 0, 'nothing is old enough');
  world.now += 2 * day;
  assert.equal(await forgetGateWindows(brain, keepMs), 1_204);
  assert.equal(await reads.gateWindow(over.id, first.device), undefined);
  assert.ok(await reads.gateWindow(running.id, second.device), 'a rollout that runs keeps all, however old');
  assert.ok(await reads.gateWindow(running.id, deviceId('held-6')));
  assert.equal(await reads.rolloutWithGateWindows(undefined), running.id);
  assert.deepEqual(await decided(), before);
  assert.equal((await getRollout(admin, brain, over.id)).gate?.watching, 0);
  assert.equal(await forgetGateWindows(brain, keepMs), 0, 'a second look finds nothing');

  // Nobody remembers that it was never proven: going back takes away nothing that was not there.
  await over.report(2, 'rolledBack');
  const [counts] = await reads.rolloutCounts(over.id, 1);
  assert.deepEqual([counts?.proven, counts?.rolledBack, counts?.succeeded], [0, 1, 0]);
  await world.close();
});

test('a device that comes late to a rollout that ended long ago is watched for as long as any other', async () => {
  const world = await createWorld();
  const { brain, admin, store } = world;
  const device = await world.addDevice('late');
  const over = await roll(world, await world.publish('1.0.0'), device);
  await abortRollout(admin, brain, over.id, 'enough');
  const reads = store.reads(admin);
  const window = await reads.gateWindow(over.id, device.device);
  assert.ok(window);
  world.now += 40 * day;
  await store.transact(serverScope(admin.tenant), (tx) => tx.saveGateWindow({ ...window, openedAt: world.now - day }));
  assert.equal(await forgetGateWindows(brain, keepMs), 0);
  world.now += 30 * day;
  assert.equal(await forgetGateWindows(brain, keepMs), 1);
  await world.close();
});

test('a look that is called off leaves the rest for the next one', async () => {
  const world = await createWorld();
  const device = await world.addDevice('first');
  const over = await roll(world, await world.publish('1.0.0'), device);
  await sample(world, over.id, 20);
  await abortRollout(world.admin, world.brain, over.id, 'enough');
  world.now += 31 * day;
  assert.equal(await forgetGateWindows(world.brain, keepMs, AbortSignal.abort()), 0);
  assert.equal(await forgetGateWindows(world.brain, keepMs), 21);
  await world.close();
});

test('a server forgets them soon after its start', async () => {
  await using first = await startTestServer();
  const { client, dataDir } = first;
  const fleet = await makeFleet(client);
  await publish(client, { ...fleet, version: '1.0.0', bytes: Buffer.from('an image') });
  const plan = { ...allAtOnce, policy: { gate: defaultSequentialGate } } as unknown as typeof allAtOnce;
  const make = () => client.createRollout({ fleet: fleet.fleet, version: '1.0.0', group: 'all', plan, start: true });
  const over = await make();
  await client.abortRollout({ rollout: over.id });
  const running = await make();
  await first.server.close();
  const database = new DatabaseSync(join(dataDir, 'fettle.db'));
  try {
    const old = Date.now() - 31 * day;
    database.prepare('update rollouts set ended_at = ? where id = ?').run(old, over.id);
    const insert = database.prepare(
      `insert into gate_windows values ('default', ?, ?, 'control', 'r1', 0, ${old - day}, ${old - day}, null, '[]')`,
    );
    for (const { id } of [over, running]) for (const device of ['a', 'b']) insert.run(id, device);
    const again = await createServer(
      configOf({ 'data.dir': dataDir, 'http.port': 0, 'log.level': 'silent', 'retention.gateWindowsDays': 30 }),
    );
    try {
      const left = () => database.prepare('select rollout from gate_windows').all() as unknown as { rollout: string }[];
      await until(() => (left().length <= 2 ? true : undefined), 'the windows to go');
      assert.deepEqual(
        left().map(({ rollout }) => rollout),
        [running.id, running.id],
      );
    } finally {
      await again.close();
    }
  } finally {
    database.close();
  }
});
