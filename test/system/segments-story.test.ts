import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  abortRollout,
  checkIn,
  createHold,
  createRollout,
  type DeviceScope,
  explainDevice,
  getRollout,
  holdSegment,
  liftHold,
  listAudit,
  listHolds,
  type PlanInput,
  rolloutSegments,
  setDeviceTags,
  takeReports,
  tickRollouts,
} from '@fettle/control';
import { type DeploymentStatus, defaultSequentialGate, holdId, type Manifest, type RolloutId } from '@fettle/model';
import { createWorld, simplePlan, type World } from '../support/memory-brain.ts';

const day = 86_400_000;
const revisions = ['A', 'B', 'C', 'D'];
const locales = ['de', 'fr', 'it', 'jp', 'us'];

/** A device with traits; the new release changes what it says of itself. */
class Unit {
  readonly world: World;
  readonly scope: DeviceScope;
  readonly hw: string;
  readonly locale: string;
  running: Manifest;
  sequence = 0;

  constructor(world: World, scope: DeviceScope, index: number, running: Manifest) {
    this.world = world;
    this.scope = scope;
    this.hw = revisions[index % 4] as string;
    this.locale = locales[Math.floor(index / 4) % 5] as string;
    this.running = running;
  }

  get isBad(): boolean {
    return this.hw === 'C' && this.locale === 'it';
  }

  async checkIn() {
    const { version, counter, artifacts } = this.running;
    const sha256 = artifacts[0]?.digest ?? '';
    const attributes = { hw: this.hw, locale: this.locale, kernel: `5.${counter}` };
    return checkIn(this.scope, this.world.brain, { attributes, current: { rootfs: { version, counter, sha256 } } });
  }

  async update(to: Manifest, fails: boolean): Promise<void> {
    const { offer } = await this.checkIn();
    if (!offer) return;
    const report = async (status: DeploymentStatus) => {
      const error = { code: 'health-failed', class: 'permanent' as const, message: 'the display stays dark' };
      const one = { deployment: offer.deployment, sequence: ++this.sequence, status };
      const reports = [status === 'rolledBack' ? { ...one, error } : one];
      await takeReports(this.scope, this.world.brain, { reports });
    };
    await report('rebooting');
    if (!fails) this.running = to;
    await report(fails ? 'rolledBack' : 'succeeded');
    await this.checkIn();
  }
}

async function startWorld(devices: number) {
  const world = await createWorld(3);
  const one = await world.publish('1.0.0');
  const units: Unit[] = [];
  for (let i = 0; i < devices; i++) {
    units.push(new Unit(world, await world.addDevice(`d-${i}`), i, one));
    await units[i]?.checkIn();
  }
  const two = await world.publish('2.0.0');
  return { world, units, two };
}

async function start(world: World, changes: Partial<PlanInput> = {}): Promise<RolloutId> {
  const plan: PlanInput = { ...simplePlan([{ failureThreshold: { count: 7 } }]), onFail: 'pause', ...changes };
  const wish = { version: '2.0.0', group: 'all', plan, start: true, reason: 'test' };
  return (await createRollout(world.admin, world.brain, world.fleet, wish)).rollout.id;
}

async function tick(world: World, byMs = 1_000): Promise<void> {
  world.now += byMs;
  await tickRollouts(world.brain);
}

/** Devices update one after another until the rollout stands still. */
async function drive(world: World, units: readonly Unit[], to: Manifest, id: RolloutId): Promise<string> {
  for (let round = 0; round < 5; round++) {
    await tick(world);
    for (const [i, unit] of units.entries()) {
      await unit.update(to, unit.isBad);
      if (i % 10 === 0) await tick(world);
    }
    const { rollout } = await getRollout(world.admin, world.brain, id);
    if (rollout.status !== 'running') return rollout.status;
  }
  return 'running';
}

test('a gate that fails names what the failing devices share; held back, the rest goes on to its end', async () => {
  const { world, units, two } = await startWorld(400);
  const { admin, brain } = world;
  const id = await start(world);
  assert.equal(await drive(world, units, two, id), 'paused');

  const search = await rolloutSegments(admin, brain, id);
  assert.ok(search);
  const [first] = search.segments;
  assert.equal(first?.expression, 'attribute.hw == "C" && attribute.locale == "it"');
  assert.equal(first.fleetDevices, 20);
  assert.equal(search.fleetDevices, 400);
  assert.equal(first.failures, search.failedSoFar);
  assert.ok(first.fleetDevices / search.fleetDevices <= 0.05);

  const until = world.now + 14 * day;
  const hold = await holdSegment(admin, brain, id, { segment: 1, reason: 'display bug 4711', until });
  assert.deepEqual([hold.heldBy, hold.expiresAt, hold.rollout], ['operator:test', until, id]);
  assert.equal(await drive(world, units, two, id), 'completed');
  assert.equal(units.filter((unit) => unit.running === two).length, 380);

  const spared = units.find((unit) => unit.isBad && unit.sequence === 0);
  assert.ok(spared, 'some of the segment were never offered the release');
  const explained = await explainDevice(admin, brain, spared.scope.device, '2.0.0');
  const reason = explained.reasons.find((one) => one.code === 'held-segment');
  assert.equal(reason?.earliestChangeAt, until);
  assert.equal(reason?.evidence.because, 'display bug 4711');

  await liftHold(admin, brain, world.fleet, { hold: hold.id, reason: 'mended' });
  assert.ok((await spared.checkIn()).offer);
  const verbs = (await listAudit(admin, brain, { limit: 500 })).items.map((event) => event.verb);
  for (const verb of ['rollout.held', 'rollout.resumed', 'rollout.unheld'] as const) assert.ok(verbs.includes(verb));
  await world.close();
});

test('what a held device has under way is called off, and what it still fails at counts no more', async () => {
  const { world, units, two } = await startWorld(400);
  const { admin, brain } = world;
  const gate = { ...defaultSequentialGate, observeMs: 60_000, margin: 0.2, hardStop: 0 };
  const id = await start(world, { policy: { gate } });
  await tick(world);
  const bad = units.filter((unit) => unit.isBad);
  const [downloading, rebooting] = bad.slice(-2);
  assert.ok(downloading && rebooting);
  assert.ok((await downloading.checkIn()).offer);
  const late = (await rebooting.checkIn()).offer;
  assert.ok(late);
  const report = async (sequence: number, status: DeploymentStatus) => {
    const error = { code: 'health-failed', class: 'permanent' as const, message: '' };
    const one = { deployment: late.deployment, sequence, status };
    return takeReports(rebooting.scope, brain, { reports: [status === 'rolledBack' ? { ...one, error } : one] });
  };
  await report(1, 'rebooting');
  const others = units.filter((unit) => unit !== downloading && unit !== rebooting);
  assert.equal(await drive(world, others, two, id), 'paused');
  const search = await rolloutSegments(admin, brain, id);
  assert.equal(search?.segments[0]?.expression, 'attribute.hw == "C" && attribute.locale == "it"');

  await holdSegment(admin, brain, id, { segment: 1, reason: 'display bug 4711' });
  assert.ok((await downloading.checkIn()).abort, 'it has not rebooted yet');
  await report(2, 'rolledBack');
  const { gate: seen } = await getRollout(admin, brain, id);
  assert.ok(seen && seen.e <= 1.01, `e-value ${seen?.e}`);
  assert.notEqual(await drive(world, others, two, id), 'paused');
  await world.close();
});

test('a hold ends by itself, and the device asks no operator', async () => {
  const { world, units } = await startWorld(4);
  const { admin, brain } = world;
  await start(world);
  await tick(world);
  const until = world.now + 60_000;
  const wish = { rollout: null, expression: 'attribute.hw == "B"', reason: 'test', until };
  await createHold(admin, brain, world.fleet, wish);
  const unit = units[1] as Unit;
  assert.equal((await unit.checkIn()).offer, undefined);
  world.now = until;
  assert.ok((await unit.checkIn()).offer);
  // The next hold takes the place of the one that has expired.
  await createHold(admin, brain, world.fleet, { ...wish, until: world.now + 1 });
  assert.equal((await listHolds(admin, brain, world.fleet)).length, 1);
  await world.close();
});

test('what holds nobody, everybody or for ever is refused', async () => {
  const { world } = await startWorld(1);
  const { admin, brain, fleet } = world;
  const refused = async (changes: object, code: string) => {
    const wish = { rollout: null, expression: 'type == "board-a"', reason: '', ...changes };
    await assert.rejects(createHold(admin, brain, fleet, wish), { code });
  };
  await refused({ expression: ' ' }, 'invalid-input');
  await refused({ expression: 'attribute.colour == "red"' }, 'invalid-input');
  await refused({ expression: 'type ==' }, 'invalid-input');
  await refused({ until: world.now }, 'invalid-input');
  await refused({ until: world.now + 400 * day }, 'invalid-input');
  await refused({ rollout: 'rol_00000000000000000000000000' as RolloutId }, 'not-found');
  await assert.rejects(liftHold(admin, brain, fleet, { hold: holdId('hld_00000000000000000000000000'), reason: '' }), {
    code: 'not-found',
  });
  const id = await start(world);
  await assert.rejects(holdSegment(admin, brain, id, { segment: 1, reason: '' }), { code: 'wrong-state' });
  await abortRollout(admin, brain, id, 'test');
  await assert.rejects(holdSegment(admin, brain, id, { segment: 1, reason: '' }), { code: 'wrong-state' });
  await world.close();
});

test('an aborted rollout has its search too, and it is done again while devices still fail', async () => {
  const { world, units } = await startWorld(200);
  const { admin, brain } = world;
  const id = await start(world, { onFail: 'abort' });
  // Everybody has started before the first one fails: deployments that reboot already run to their end.
  await tick(world);
  const offers = new Map<Unit, string>();
  for (const unit of units) {
    const { offer } = await unit.checkIn();
    if (offer) offers.set(unit, offer.deployment);
  }
  const end = async (unit: Unit, sequence: number, status: DeploymentStatus) => {
    const error = { code: 'health-failed', class: 'permanent' as const, message: '' };
    const report = { deployment: offers.get(unit) ?? '', sequence, status };
    const reports = [status === 'rolledBack' ? { ...report, error } : report];
    await takeReports(unit.scope, brain, { reports });
  };
  for (const unit of units) await end(unit, 1, 'rebooting');
  for (const unit of units.filter((one) => !one.isBad)) await end(unit, 2, 'succeeded');
  const bad = units.filter((unit) => unit.isBad);
  for (const unit of bad.slice(0, 8)) {
    await end(unit, 2, 'rolledBack');
    await setDeviceTags(admin, brain, unit.scope.device, { broken: 'yes' });
  }
  await tick(world);
  await tick(world);
  assert.equal((await getRollout(admin, brain, id)).rollout.status, 'aborted');
  const first = await rolloutSegments(admin, brain, id);
  assert.equal(first?.segments[0]?.expression, 'attribute.hw == "C" && attribute.locale == "it"');
  assert.equal(first.failures, 8);
  for (const unit of bad.slice(8)) await end(unit, 2, 'rolledBack');
  await tick(world, 61_000);
  assert.equal((await rolloutSegments(admin, brain, id))?.failures, 10);
  await world.close();
});
