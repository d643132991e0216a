import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '@fettle/api';
import { refusalQuietMs, watchRefusals } from '@fettle/control';
import { FettleError } from '@fettle/model';
import { createWorld } from '../support/memory-brain.ts';
import { startTestServer } from './api-support.ts';

test('what a stolen token tries and may not do is in the audit log, once an hour for each kind', async () => {
  await using server = await startTestServer();
  const { client, url } = server;
  const { token } = await client.createToken({ name: 'ci', permissions: ['fleet.read', 'release.publish'] });
  const thief = createClient({ server: url, token });
  for (let i = 0; i < 3; i++) {
    await assert.rejects(thief.createToken({ name: 'more', permissions: ['token.write'] }), { code: 'forbidden' });
  }
  await assert.rejects(thief.listAudit({}), { code: 'forbidden' });
  // Mistakes are no attempts.
  await assert.rejects(thief.getFleet({ fleet: 'nowhere' }), { code: 'not-found' });
  const events = (await client.listAudit({ order: 'oldest' })).items.filter(({ verb }) => verb === 'call.refused');
  assert.deepEqual(
    events.map(({ actor, object, reason }) => [actor, object, reason.slice(0, 40)]),
    [
      ['operator:ci', 'call/createToken', 'forbidden: This needs the permission tok'],
      ['operator:ci', 'call/listAudit', 'forbidden: This needs the permission aud'],
    ],
  );
});

test('an hour later it is an event again; a refusal stands although its event cannot be written', async () => {
  const world = await createWorld();
  const failures: unknown[] = [];
  const refused = new FettleError('signature-invalid', 'Nobody of the fleet signed it.');
  const act = () => Promise.reject(refused);
  const { watch } = watchRefusals(world.brain, (error) => failures.push(error));
  const tell = () => assert.rejects(watch(world.admin, 'publishRelease', act), refused);
  const count = async () => {
    const { items } = await world.brain.store.reads(world.admin).auditEvents({ limit: 100 });
    return items.filter(({ verb }) => verb === 'call.refused').length;
  };
  await tell();
  world.now += refusalQuietMs - 1;
  await tell();
  assert.equal(await count(), 1);
  world.now += 1;
  await tell();
  assert.equal(await count(), 2);
  assert.equal(await watch(world.admin, 'listFleets', () => 'done'), 'done');
  const away = { ...world.brain, store: { ...world.brain.store, transact: () => Promise.reject(new Error('away')) } };
  const other = watchRefusals(away, (error) => failures.push(error));
  await assert.rejects(other.watch(world.admin, 'publishRelease', act), refused);
  assert.match(String(failures), /away/);
});
