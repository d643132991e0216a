import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { native } from '@fettle/protocol';
import { allAtOnce, enrolledDevice, makeFleet, publish, startTestServer, until } from './api-support.ts';

test('the whole path over HTTP: upload, publish, rollout, enrol, offer, download, reports, completed, audit', async () => {
  await using server = await startTestServer();
  const { client } = server;
  const fleet = await makeFleet(client);
  const bytes = randomBytes(300_000);
  const published = await publish(client, { ...fleet, version: '1.0.0', bytes });
  assert.equal(published.created, true);
  assert.equal(published.counter, 1);
  const again = await client.publishRelease({ fleet: fleet.fleet, envelope: published.envelope });
  assert.equal(again.created, false);

  const device = await enrolledDevice(server, fleet.fleet, 'unit-1');
  assert.equal((await device.checkIn()).offer, undefined, 'nothing to do before a rollout');
  const rollout = await client.createRollout({
    fleet: fleet.fleet,
    version: '1.0.0',
    group: 'all',
    plan: allAtOnce,
    start: true,
    reason: 'first release',
  });
  const offer = await until(async () => (await device.checkIn()).offer, 'an offer');
  assert.equal(offer.version, '1.0.0');
  assert.equal(offer.envelope, published.envelope);
  const [artifact] = offer.artifacts;
  assert.equal(artifact?.url, `${native.nativePaths.artifacts}/${published.sha256}`);

  const downloaded = await device.get(artifact?.url ?? '');
  const got = Buffer.from(await downloaded.arrayBuffer());
  assert.equal(createHash('sha256').update(got).digest('hex'), published.sha256);

  const report = (sequence: number, status: string) => ({ deployment: offer.deployment, sequence, status });
  const reported = await device.post(native.nativePaths.reports, {
    reports: [report(1, 'downloading'), report(2, 'installing')],
  });
  assert.deepEqual(((await reported.json()) as native.ReportsResponse).acknowledged, [
    { deployment: offer.deployment, sequence: 2 },
  ]);
  const current = { app: { version: '1.0.0', counter: published.counter, sha256: published.sha256 } };
  const checked = await device.checkIn({ current, reports: [report(3, 'succeeded')] });
  assert.deepEqual(checked.acknowledged, [{ deployment: offer.deployment, sequence: 3 }]);
  assert.equal(checked.offer, undefined);

  const done = await until(async () => {
    const view = await client.getRollout({ rollout: rollout.id });
    return view.status === 'completed' ? view : undefined;
  }, 'the rollout to complete');
  assert.equal(done.phases[0]?.counts.succeeded, 1);
  const [deployment] = (await client.rolloutDeployments({ rollout: rollout.id })).items;
  assert.equal(deployment?.status, 'succeeded');
  const reports = await client.deploymentReports({ deployment: offer.deployment });
  assert.deepEqual(
    reports.items.map((one) => one.status),
    ['downloading', 'installing', 'succeeded'],
  );
  const why = await client.explainDevice({ device: 'unit-1', version: '1.0.0' });
  assert.equal(why.verdict, 'hold');
  assert.ok(why.reasons.some((reason) => reason.code === 'up-to-date'));
  const seen = await client.getDevice({ device: 'unit-1' });
  assert.equal(seen.current.app?.sha256, published.sha256);
  const verbs = new Set<string>();
  for await (const event of client.all('listAudit', { limit: 3, order: 'oldest' })) verbs.add(event.verb);
  for (const verb of [
    'fleet.created',
    'release.published',
    'rollout.started',
    'device.enrolled',
    'deployment.offered',
  ]) {
    assert.ok(verbs.has(verb), `${verb} is in the audit log`);
  }
});

test('an aborted rollout tells its devices, and nobody else is offered it', async () => {
  await using server = await startTestServer();
  const { client } = server;
  const fleet = await makeFleet(client);
  await publish(client, { ...fleet, version: '1.0.0', bytes: randomBytes(100) });
  const one = await enrolledDevice(server, fleet.fleet, 'one');
  const rollout = await client.createRollout({
    fleet: fleet.fleet,
    version: '1.0.0',
    group: 'all',
    plan: allAtOnce,
    start: true,
  });
  const offer = await until(async () => (await one.checkIn()).offer, 'an offer');
  const aborted = await client.abortRollout({ rollout: rollout.id, reason: 'smoke' });
  assert.equal(aborted.status, 'aborted');
  const answer = await one.checkIn();
  assert.equal(answer.abort, offer.deployment);
  const two = await enrolledDevice(server, fleet.fleet, 'two');
  assert.equal((await two.checkIn()).offer, undefined);
  await assert.rejects(client.startRollout({ rollout: rollout.id }), { code: 'wrong-state' });
});
