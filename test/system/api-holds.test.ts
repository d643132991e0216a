import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allAtOnce, makeFleet, publish, startTestServer, TestDevice, type TestServer, until } from './api-support.ts';

const bytesOf = (version: string) => Buffer.from(`image of ${version}`);

async function enrolMany(server: TestServer, fleet: string, count: number): Promise<readonly TestDevice[]> {
  const { token } = await server.client.createClaimToken({ fleet, name: 'all of them', uses: count });
  const devices: TestDevice[] = [];
  for (let i = 0; i < count; i++) {
    const device = new TestDevice(server.url, `unit-${i}`);
    assert.ok((await device.enrol(fleet, token)).ok);
    await device.authenticate();
    devices.push(device);
  }
  return devices;
}

test('over HTTP: a stopped rollout shows its segment, goes on without it, and the hold is listed and lifted', async () => {
  await using server = await startTestServer();
  const { client } = server;
  const fleet = await makeFleet(client);
  const { counter, sha256 } = await publish(client, { ...fleet, version: '1.0.0', bytes: bytesOf('1.0.0') });
  const devices = await enrolMany(server, fleet.fleet, 60);
  const traitsOf = (i: number) => ({ attributes: { hw: i % 5 === 2 ? 'C' : 'A' } });
  for (const [i, device] of devices.entries()) await device.checkIn(traitsOf(i));
  const phase = {
    ...allAtOnce.phases[0],
    failureThreshold: { count: 5 },
    successShare: 1,
  } as (typeof allAtOnce.phases)[0];
  const { id } = await client.createRollout({
    fleet: fleet.fleet,
    version: '1.0.0',
    group: 'all',
    plan: { ...allAtOnce, phases: [phase], onFail: 'pause' },
    start: true,
  });
  assert.deepEqual(await client.rolloutSegments({ rollout: id }), { search: null });
  await assert.rejects(client.holdSegment({ rollout: id, segment: 1 }), { code: 'wrong-state' });

  const statusOf = async () => (await client.getRollout({ rollout: id })).status;
  await until(
    async () => (await client.getRollout({ rollout: id })).phases[0]?.status === 'open' || undefined,
    'a phase',
  );
  const order = [...devices.entries()].sort(([a], [b]) => Number(a % 5 === 2) - Number(b % 5 === 2));
  for (const [i, device] of order.slice(0, 54)) {
    const { offer } = await device.checkIn(traitsOf(i));
    const error = { code: 'health-failed', class: 'permanent', message: '' };
    const isBad = i % 5 === 2;
    const end = isBad ? { status: 'rolledBack', error } : { status: 'succeeded' };
    const current = isBad ? {} : { app: { version: '1.0.0', counter, sha256 } };
    const reports = [{ deployment: offer?.deployment, sequence: 1, ...end }];
    await device.checkIn({ ...traitsOf(i), current, reports });
  }
  await until(async () => (await statusOf()) === 'paused' || undefined, 'the gate to fail');
  const search = await until(
    async () => (await client.rolloutSegments({ rollout: id })).search ?? undefined,
    'a search',
  );
  assert.equal(search.segments[0]?.expression, 'attribute.hw == "C"');
  assert.equal(search.segments[0]?.fleetDevices, 12);

  const end = new Date(Date.now() + 14 * 86_400_000).toISOString();
  await assert.rejects(client.holdSegment({ rollout: id, segment: 2 }), { code: 'not-found' });
  const hold = await client.holdSegment({ rollout: id, segment: 1, reason: 'bug 4711', until: end });
  assert.deepEqual([hold.rollout, hold.expiresAt, hold.reason], [id, end, 'bug 4711']);
  assert.notEqual(await statusOf(), 'paused');
  const [spared] = order.at(-1) ?? [0];
  const why = await client.explainDevice({ device: `unit-${spared}` });
  assert.ok(why.reasons.some((reason) => reason.code === 'held-segment'));

  assert.deepEqual((await client.listHolds({ fleet: fleet.fleet })).items, [hold]);
  await client.liftHold({ fleet: fleet.fleet, hold: hold.id });
  assert.deepEqual((await client.listHolds({ fleet: fleet.fleet })).items, []);
  await assert.rejects(client.liftHold({ fleet: fleet.fleet, hold: hold.id }), { code: 'not-found' });
  const made = await client.createHold({ fleet: fleet.fleet, expression: 'attribute.hw == "A"' });
  assert.equal(made.rollout, null);
  await assert.rejects(client.createHold({ fleet: fleet.fleet, expression: 'attribute.hw ==' }), {
    code: 'invalid-input',
  });
});

test('over HTTP: the way of a device to a release, and what blocks it', async () => {
  await using server = await startTestServer();
  const { client } = server;
  const fleet = await makeFleet(client);
  const one = await publish(client, { ...fleet, version: '1.0.0', bytes: bytesOf('1.0.0') });
  await publish(client, { ...fleet, version: '2.0.0', bytes: bytesOf('2.0.0'), mustPassThrough: true });
  await publish(client, { ...fleet, version: '3.0.0', bytes: bytesOf('3.0.0') });
  const [device] = await enrolMany(server, fleet.fleet, 1);
  assert.ok(device);
  await device.checkIn({ current: { app: { version: '1.0.0', counter: one.counter, sha256: one.sha256 } } });
  const path = await client.pathOfDevice({ device: device.id, version: '3.0.0' });
  assert.deepEqual(path.ok && path.steps.map((step) => step.version), ['2.0.0', '3.0.0']);
  await client.changeFleet({ fleet: fleet.fleet, securityFloor: 3 });
  const blocked = await client.pathOfDevice({ device: device.id, version: '3.0.0' });
  assert.deepEqual([blocked.ok, !blocked.ok && blocked.code], [false, 'must-pass-through']);
  await assert.rejects(client.pathOfDevice({ device: device.id, version: '9.9.9' }), { code: 'not-found' });
});
