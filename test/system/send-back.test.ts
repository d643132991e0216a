import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  abortRollout,
  approveRollout,
  checkIn,
  createRollout,
  type DeviceScope,
  deleteFreeze,
  explainDevice,
  explainFleet,
  getRollout,
  quarantineDevice,
  type Scope,
  saveFreeze,
  sendBack,
  startRollout,
  takeReports,
  tickRollouts,
} from '@fettle/control';
import { digest, FettleError } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { createWorld, simplePlan, type World } from '../support/memory-brain.ts';

/** A device that installs what it is offered and says so. */
class Follower {
  readonly scope: DeviceScope;
  readonly #world: World;
  current: native.CheckInRequest['current'] = {};

  constructor(world: World, scope: DeviceScope) {
    this.#world = world;
    this.scope = scope;
  }

  async call(): Promise<string | undefined> {
    const { offer } = await checkIn(this.scope, this.#world.brain, { attributes: {}, current: this.current });
    if (!offer) return undefined;
    const { counter } = JSON.parse(Buffer.from(JSON.parse(offer.envelope).payload, 'base64').toString());
    for (const artifact of offer.artifacts) {
      this.current = { [artifact.component]: { version: offer.version, counter, sha256: digest(artifact.sha256) } };
    }
    await takeReports(this.scope, this.#world.brain, {
      reports: [{ deployment: offer.deployment, sequence: 1, status: 'succeeded' }],
    });
    await checkIn(this.scope, this.#world.brain, { attributes: {}, current: this.current });
    return offer.version;
  }
}

async function roll(world: World, version: string) {
  world.now += 1_000;
  const input = { version, group: 'all', plan: simplePlan(), start: true, reason: '' };
  const { rollout } = await createRollout(world.admin, world.brain, world.fleet, input);
  await tickRollouts(world.brain);
  return rollout.id;
}

const codeOf = (code: string) => (error: unknown) => error instanceof FettleError && error.code === code;

test('devices that took a bad release go back to the one each came from, as far as it was signed for that', async () => {
  const world = await createWorld();
  await world.publish('1.0.0', { allowDowngrade: true });
  await world.publish('1.1.0');
  const [a, b, c] = await Promise.all(
    ['a', 'b', 'c'].map(async (id) => new Follower(world, await world.addDevice(id))),
  );
  assert.ok(a && b && c);
  await roll(world, '1.0.0');
  assert.equal(await a.call(), '1.0.0');
  assert.equal(await b.call(), '1.0.0');
  const second = await roll(world, '1.1.0');
  assert.equal(await b.call(), '1.1.0');
  await abortRollout(world.admin, world.brain, second, 'not yet');
  assert.equal(await b.call(), undefined, 'the older rollout takes nothing back');
  await world.publish('2.0.0');
  const bad = await roll(world, '2.0.0');
  assert.equal(await a.call(), '2.0.0');
  assert.equal(await b.call(), '2.0.0');

  await assert.rejects(sendBack(world.admin, world.brain, bad, 'bad'), codeOf('wrong-state'));
  await abortRollout(world.admin, world.brain, bad, 'bad');
  world.now += 1_000;
  const sent = await sendBack(world.admin, world.brain, bad, 'bad');

  assert.equal(sent.rollouts.length, 1);
  assert.match(sent.stay, /1\.1\.0/);
  await tickRollouts(world.brain);
  assert.equal(await a.call(), '1.0.0');
  assert.equal(await b.call(), undefined);
  assert.equal((await getRollout(world.admin, world.brain, sent.rollouts[0]?.id ?? bad)).counts[0]?.succeeded, 1);
  const again = await sendBack(world.admin, world.brain, bad, 'bad');
  assert.deepEqual(again.rollouts, []);
  const why = await explainDevice(world.admin, world.brain, c.scope.device, '2.0.0');
  assert.deepEqual(
    why.reasons.map((reason) => reason.code),
    ['rollout-aborted'],
  );
  await world.close();
});

test('a rollout that needs approval starts only after somebody else than its maker approved it', async () => {
  const world = await createWorld();
  await world.publish('1.0.0');
  const plan = { ...simplePlan(), policy: { approvals: 1 } };
  const input = { version: '1.0.0', group: 'all', plan, reason: '' };
  const start = createRollout(world.admin, world.brain, world.fleet, { ...input, start: true });
  await assert.rejects(start, codeOf('wrong-state'));
  const { rollout } = await createRollout(world.admin, world.brain, world.fleet, { ...input, start: false });
  await assert.rejects(startRollout(world.admin, world.brain, rollout.id, ''), codeOf('wrong-state'));
  await assert.rejects(approveRollout(world.admin, world.brain, rollout.id, ''), codeOf('forbidden'));
  const other: Scope = { ...world.admin, actor: 'operator:other' };
  await approveRollout(other, world.brain, rollout.id, 'tested');
  const again = await approveRollout(other, world.brain, rollout.id, 'twice');
  assert.deepEqual(again.rollout.approvedBy, ['operator:other']);
  assert.equal((await startRollout(world.admin, world.brain, rollout.id, '')).rollout.status, 'running');
  await world.close();
});

test('a freeze holds a running rollout back until it is lifted, and a device in quarantine until it is accepted', async () => {
  const world = await createWorld();
  await world.publish('1.0.0');
  const device = new Follower(world, await world.addDevice('a'));
  await roll(world, '1.0.0');
  const freeze = { name: 'sale', from: world.now - 1, until: world.now + 1_000, reason: 'Black Friday' };
  await saveFreeze(world.admin, world.brain, world.fleet, freeze);
  assert.equal(await device.call(), undefined);
  await deleteFreeze(world.admin, world.brain, world.fleet, 'sale');
  await quarantineDevice(world.admin, world.brain, device.scope.device, 'it blinks');
  assert.equal(await device.call(), undefined);
  const why = await explainDevice(world.admin, world.brain, device.scope.device);
  assert.deepEqual(
    why.reasons.map((reason) => reason.code),
    ['device-quarantined'],
  );
  await world.close();
});

test('the causes of a whole fleet add up to what is behind', async () => {
  const world = await createWorld();
  await world.publish('1.0.0');
  await world.publish('2.0.0');
  const devices = await Promise.all(
    Array.from({ length: 30 }, async (_, i) => new Follower(world, await world.addDevice(`d-${i}`))),
  );
  await roll(world, '1.0.0');
  for (const device of devices.slice(0, 20)) await device.call();
  const second = await roll(world, '2.0.0');
  for (const device of devices.slice(0, 7)) await device.call();
  await quarantineDevice(world.admin, world.brain, devices[8]?.scope.device ?? (second as never), '');
  await abortRollout(world.admin, world.brain, second, '');

  const found = await explainFleet(world.admin, world.brain, world.fleet, '2.0.0');

  assert.deepEqual([found.total, found.running, found.newer, found.behind], [30, 7, 0, 23]);
  const counts = Object.fromEntries(found.causes.map(({ code, devices: n }) => [code, n] as const));
  assert.deepEqual(counts, { 'rollout-aborted': 22, 'device-quarantined': 1 });
  const first = await explainFleet(world.admin, world.brain, world.fleet, '1.0.0');
  assert.deepEqual([first.running, first.newer, first.behind], [13, 7, 10]);
  assert.equal(
    first.causes.reduce((sum, cause) => sum + cause.devices, 0),
    first.behind,
  );
  assert.equal(first.causes[0]?.code, 'eligible');
  assert.equal(first.causes[0]?.silent, 10);
  await world.close();
});
