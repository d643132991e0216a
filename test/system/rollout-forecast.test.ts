import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { makeFleet, publish, startTestServer } from './api-support.ts';

const phase = {
  maxInFlight: 100,
  failureThreshold: { share: 0.1 },
  successShare: 1,
  minSoakMs: 0,
  promote: 'automatic' as const,
};
const rest = { onFail: 'pause' as const, maxAttempts: 3, retryBackoffMs: 60_000 };

test('a forecast counts those whom the rollout would be for, holds to their windows, and changes nothing', async () => {
  await using server = await startTestServer();
  const { client } = server;
  const { privateKeyPem } = await makeFleet(client, 'f');
  await client.changeFleet({ fleet: 'f', deviceTypes: ['r1', 'r2'] });
  await client.saveGroup({ fleet: 'f', group: 'berlin', filter: 'tag.site == "berlin"' });
  for (let number = 0; number < 12; number += 1) {
    const { publicKey } = generateKeyPairSync('ed25519');
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const device = `d-${number}`;
    await client.registerDevice({ fleet: 'f', id: device, type: number < 10 ? 'r1' : 'r2', publicKey: pem });
    await client.setDeviceTags({ device, tags: number < 4 ? { site: 'berlin', 'time-zone': 'Asia/Tokyo' } : {} });
  }
  await publish(client, { fleet: 'f', version: '1.0.0', bytes: Buffer.alloc(1_000), privateKeyPem, types: ['r1'] });

  const plan = {
    ...rest,
    phases: [
      { ...phase, name: 'berlin', size: { group: 'berlin' }, promote: 'manual' as const },
      { ...phase, name: 'all', size: { share: 1 } },
    ],
    policy: { windows: [{ cron: '0 3 * * *', durationMs: 3_600_000, zone: 'site' }] },
  };
  const played = await client.forecastRollout({ fleet: 'f', version: '1.0.0', group: 'all', plan, installMs: 60_000 });

  assert.deepEqual([played.devices, played.bytes], [10, 10_000], 'two devices are of a type without an artifact');
  assert.deepEqual(
    played.phases.map(({ name, devices, asksPerson }) => [name, devices, asksPerson]),
    [
      ['berlin', 4, true],
      ['all', 6, false],
    ],
  );
  assert.ok(played.endsAt !== null && played.installMs === 60_000);
  const waits = Date.parse(played.endsAt) - Date.now();
  assert.ok(waits > 0 && waits < 3 * 86_400_000);
  assert.deepEqual((await client.listRollouts({ fleet: 'f' })).items, []);

  const ask = (version: string, group: string, more: object = {}) =>
    client.forecastRollout({ fleet: 'f', version, group, plan: { ...plan, ...more } });
  await assert.rejects(ask('9.9.9', 'all'), { code: 'not-found' });
  await assert.rejects(ask('1.0.0', 'nobody'), { code: 'not-found' });
  const never = { windows: [{ cron: '30 2 31 2 *', durationMs: 3_600_000, zone: 'site' }] };
  await assert.rejects(ask('1.0.0', 'all', { policy: never }), { code: 'invalid-input', message: /never fire/ });
});

test('the schema of plan files is served to editors without a token', async () => {
  await using server = await startTestServer();
  const response = await fetch(`${server.url}/api/plan.schema.json`);
  assert.equal(response.status, 200);
  const schema = (await response.json()) as { title: string; properties: object };
  assert.equal(schema.title, 'Rollout plan of Fettle');
  assert.ok('windows' in schema.properties);
});

test('a rollout that ignores freezes starts only with a reason, which the audit log keeps', async () => {
  await using server = await startTestServer();
  const { client } = server;
  const { fleet, privateKeyPem, types } = await makeFleet(client);
  await publish(client, { fleet, version: '1.0.0', bytes: Buffer.alloc(10), privateKeyPem, types });
  const plan = { ...rest, phases: [{ ...phase, name: 'all', size: { share: 1 } }], policy: { ignoreFreezes: true } };
  const emergency = { fleet, version: '1.0.0', group: 'all', plan };
  await assert.rejects(client.createRollout({ ...emergency, start: true }), {
    code: 'invalid-input',
    message: /say why/,
  });
  const draft = await client.createRollout({ ...emergency, start: false });
  await assert.rejects(client.startRollout({ rollout: draft.id }), { code: 'invalid-input' });
  await client.startRollout({ rollout: draft.id, reason: 'pumps stop at midnight' });
  const { items } = await client.listAudit({ object: `rollout/${draft.id}` });
  assert.ok(items.some(({ verb, reason }) => verb === 'rollout.started' && reason === 'pumps stop at midnight'));
});
