import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  abortRollout,
  acceptDevice,
  changeFleet,
  createRollout,
  type DeviceScope,
  deleteFreeze,
  getDevice,
  pauseRollout,
  rejectDevice,
  removeDevice,
  resumeRollout,
  revokeRelease,
  saveFreeze,
  saveGroup,
  setDeviceTags,
  startRollout,
  takeReports,
  tickRollouts,
} from '@fettle/control';
import { deviceId, groupName, type RolloutPlan, tenantId } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { createWorld, simplePlan, type World } from '../support/memory-brain.ts';
import { knock, tokenFor } from '../support/quiet-door.ts';

const says: native.CheckInRequest = { attributes: { site: 'berlin' }, current: {} };

/** What is offered through the memo after what was remembered no longer holds. */
describe('a check-in that is remembered', () => {
  let world: World;
  let scope: DeviceScope;
  let token: string;
  beforeEach(async () => {
    world = await createWorld();
    scope = await world.addDevice('dev-1');
    token = tokenFor(world.brain, scope);
  });
  afterEach(() => world.close());

  const ask = (message = says) => knock(world.brain, token, message);
  /** Checks in until the answer comes out of memory. */
  const settle = async (message = says) => {
    for (let i = 0; i < 3; i++) if ((await ask(message)).quick) return;
    assert.fail('the answer was never remembered');
  };
  const roll = async (version: string, options: { group?: string; start?: boolean; plan?: RolloutPlan } = {}) => {
    const { group = 'all', start = true, plan = simplePlan() } = options;
    const input = { version, group, plan, start, reason: 'test' };
    const { rollout } = await createRollout(world.admin, world.brain, world.fleet, input);
    await tickRollouts(world.brain);
    return rollout.id;
  };
  const offered = async (message = says) => (await ask(message)).answer.offer?.version;

  it('is answered as the full way answers', async () => {
    await settle();
    world.now += 90_000;
    const quick = await ask();
    assert.ok(quick.quick);
    world.brain.quiet.forgetAll();
    const full = await ask();
    assert.ok(!full.quick);
    assert.deepEqual(quick.answer, full.answer);
  });

  it('tells when the device was seen, to the minute', async () => {
    const seen: number[] = [];
    const store = { ...world.brain.store, seen: (_: unknown, __: unknown, at: number) => seen.push(at - start) };
    const start = world.now;
    for (const seconds of [0, 1, 59, 60, 100, 120, 121]) {
      world.now = start + seconds * 1_000;
      await knock({ ...world.brain, store }, token, says);
    }
    // The first two went the full way: the one was news, the other the first without any.
    assert.deepEqual(seen, [0, 1_000, 100_000]);
  });

  it('ends when the device says anything else', async () => {
    await settle();
    const { answer, quick } = await ask({ ...says, attributes: { site: 'paris' } });
    assert.ok(!quick && answer.offer === undefined);
    assert.deepEqual((await getDevice(world.admin, world.brain, scope.device)).attributes, { site: 'paris' });
    assert.equal((await ask()).quick, false, 'what was said before is news again');
    assert.deepEqual((await getDevice(world.admin, world.brain, scope.device)).attributes, { site: 'berlin' });
  });

  it('ends with its token', async () => {
    token = tokenFor(world.brain, scope, 10_000);
    await settle();
    world.now += 9_000;
    assert.ok((await ask()).quick);
    world.now += 1_000;
    await assert.rejects(ask(), { code: 'not-authenticated' });
  });

  it('is refused at once when the device is rejected or removed', async () => {
    await settle();
    await rejectDevice(world.admin, world.brain, scope.device, 'stolen');
    await assert.rejects(ask(), { code: 'device-rejected' });
    await acceptDevice(world.admin, world.brain, scope.device, 'found');
    await settle();
    await removeDevice(world.admin, world.brain, scope.device, 'sold');
    await assert.rejects(ask(), { code: 'not-authenticated' });
    await world.addDevice('dev-1');
    await assert.rejects(ask(), { code: 'not-authenticated' }, 'the old token is for the old key');
  });

  it('is not known to a device of the same id in another tenant', async () => {
    await settle();
    const elsewhere = tokenFor(world.brain, { ...scope, tenant: tenantId('globex') });
    await assert.rejects(knock(world.brain, elsewhere, says), { code: 'not-authenticated' });
  });

  it('gives way to a rollout that starts', async () => {
    await world.publish('1.0.0');
    await settle();
    const id = await roll('1.0.0', { start: false });
    await settle();
    await startRollout(world.admin, world.brain, id, 'go');
    await tickRollouts(world.brain);
    assert.equal(await offered(), '1.0.0');
  });

  it('gives way when a tag or a group brings the device in', async () => {
    await world.publish('1.0.0');
    await saveGroup(world.admin, world.brain, world.fleet, {
      name: 'early',
      filter: 'tag.ring == "0"',
      allowUnknown: true,
    });
    await roll('1.0.0', { group: 'early' });
    await settle();
    await setDeviceTags(world.admin, world.brain, scope.device, { ring: '0' });
    assert.equal(await offered(), '1.0.0');

    const other = await world.addDevice('dev-2');
    token = tokenFor(world.brain, other);
    await settle();
    await saveGroup(world.admin, world.brain, world.fleet, { name: 'early', filter: 'type == "board-a"' });
    assert.equal(await offered(), '1.0.0');
  });

  it('gives way when a rollout goes on, a newer one is revoked, a freeze ends', async () => {
    await world.publish('1.0.0');
    const id = await roll('1.0.0');
    await pauseRollout(world.admin, world.brain, id, 'wait');
    await settle();
    await resumeRollout(world.admin, world.brain, id, 'on');
    await saveFreeze(world.admin, world.brain, world.fleet, {
      name: 'feast',
      from: world.now - 1,
      until: world.now + 3_600_000,
      reason: 'holidays',
    });
    await settle();
    await deleteFreeze(world.admin, world.brain, world.fleet, 'feast');
    assert.equal(await offered(), '1.0.0');
    await abortRollout(world.admin, world.brain, id, 'enough');
    await revokeRelease(world.admin, world.brain, world.fleet, { version: '1.0.0', reason: 'bad' });
    await takeReports(scope, world.brain, { reports: [await report('aborted', 1)] });
    await settle();
  });

  it('gives way at the moment at which time alone lifts what holds it', async () => {
    await world.publish('1.0.0');
    await saveFreeze(world.admin, world.brain, world.fleet, {
      name: 'feast',
      from: world.now - 1,
      until: world.now + 3_600_000,
      reason: 'holidays',
    });
    await roll('1.0.0');
    await settle();
    world.now += 3_599_000;
    assert.ok((await ask()).quick);
    world.now += 1_000;
    assert.equal(await offered(), '1.0.0');
  });

  it('gives way when the device has become old enough for a group', async () => {
    await world.publish('1.0.0');
    const filter = 'age > duration("20m")';
    await saveGroup(world.admin, world.brain, world.fleet, { name: 'settled', filter });
    for (const group of ['settled', 'all']) {
      const plan = group === 'all' ? simplePlan([{ size: { group: groupName('settled') } }]) : simplePlan();
      const device = await world.addDevice(`young-${group}`);
      token = tokenFor(world.brain, device);
      const id = await roll('1.0.0', { group, plan });
      await settle();
      world.now += 19 * 60_000;
      await settle();
      world.now += 61_000;
      assert.equal(await offered(), '1.0.0', group);
      await abortRollout(world.admin, world.brain, id, 'next');
    }
  });

  it('is never remembered while it is only others that stand in the way', async () => {
    await world.publish('1.0.0');
    await roll('1.0.0', { plan: simplePlan([{ maxInFlight: 1 }]) });
    const first = await world.addDevice('dev-2');
    const offer = (await knock(world.brain, tokenFor(world.brain, first), says)).answer.offer;
    assert.ok(offer);
    for (let i = 0; i < 3; i++)
      assert.deepEqual(await ask().then(({ quick, answer }) => [quick, answer.offer]), [false, undefined]);
    const failed = { deployment: offer.deployment, sequence: 1, status: 'skipped' } as const;
    await takeReports(first, world.brain, { reports: [failed] });
    assert.equal(await offered(), '1.0.0', 'the counts were read again');
  });

  it('is not remembered with reports, nor while a deployment is open', async () => {
    await world.publish('1.0.0');
    await roll('1.0.0');
    for (let i = 0; i < 3; i++) {
      const { quick, answer } = await ask();
      assert.ok(!quick && answer.offer);
    }
    const done = await report('skipped', 1);
    assert.deepEqual((await ask({ ...says, reports: [done] })).answer.acknowledged?.length, 1);
    assert.deepEqual((await ask({ ...says, reports: [done] })).answer.acknowledged?.length, 1, 'the same again');
  });

  it('follows a change of the interval', async () => {
    await settle();
    await changeFleet(world.admin, world.brain, world.fleet, { checkInIntervalMs: 600_000 });
    const { answer, quick } = await ask();
    assert.ok(!quick && answer.nextCheckInSeconds >= 300);
  });

  it('is forgotten when a deployment of the device is ended by its deadline', async () => {
    await world.publish('1.0.0');
    await roll('1.0.0');
    assert.equal(await offered(), '1.0.0');
    world.now += 25 * 3_600_000;
    token = tokenFor(world.brain, scope);
    await tickRollouts(world.brain);
    assert.equal((await ask()).quick, false);
  });

  async function report(status: 'aborted' | 'skipped', sequence: number): Promise<native.ReportMessage> {
    const { openDeployment } = await getDevice(world.admin, world.brain, deviceId('dev-1'));
    assert.ok(openDeployment);
    return { deployment: openDeployment, sequence, status };
  }
});
