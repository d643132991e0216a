import assert from 'node:assert/strict';
import test from 'node:test';
import { deviceId } from '@fettle/model';
import { ratesFor, usualRates } from '../../src/signer/signer-rates.ts';
import { openTestSigner } from './open-signer.ts';
import { OnlineHand, testTenant } from './signed-repositories.ts';

const nonce = 'cd'.repeat(16);
const targetsOf = (device: string) =>
  ({ tenant: testTenant, repository: 'director', role: 'targets', device: deviceId(device) }) as const;

test('a role is signed for no faster than its rate, and the log says how many were turned away', async (t) => {
  const signer = await openTestSigner(t, { rates: { ...usualRates, director: { perSecond: 2, burst: 3 } } });
  const hand = new OnlineHand(signer.client, signer.now);
  const sign = (device: string) => hand.signTargets(deviceId(device));
  for (const device of ['a', 'b', 'c']) await sign(device);
  await assert.rejects(sign('d'), { code: 'overloaded', retryable: true });
  await assert.rejects(sign('e'), { code: 'overloaded' });
  assert.equal(await signer.client.lastVersion(targetsOf('d')), 0);
  signer.now += 499;
  await assert.rejects(sign('d'), { code: 'overloaded' });
  signer.now += 1;
  await sign('d');
  await assert.rejects(sign('e'), { code: 'overloaded' });
  // A clock that is put back gives nothing, and takes nothing for ever.
  signer.now -= 3_600_000;
  await assert.rejects(sign('e'), { code: 'overloaded' });
  signer.now += 500;
  await sign('e');
  await signer.stop();
  assert.deepEqual(
    signer.log().flatMap(({ what, turned_away }) => (what === 'director-targets' ? [turned_away] : [])),
    [0, 0, 0, 3, 2],
  );
});

test('one role at its rate leaves the others alone, all of them together have a rate as well', async (t) => {
  const overall = { perSecond: 1, burst: 12 };
  const rates = { ...usualRates, time: { perSecond: 1, burst: 2 }, overall };
  const signer = await openTestSigner(t, { rates });
  await signer.client.signTime(testTenant, nonce);
  await signer.client.signTime(testTenant, nonce);
  await assert.rejects(signer.client.signTime(testTenant, nonce), { code: 'overloaded', message: /of time/ });
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => signer.client.lastVersion(targetsOf('a'))));
  assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 10);
});

test('--director-rate raises what goes along with it', () => {
  const { director, time, overall } = ratesFor(9_000);
  assert.deepEqual([director.perSecond, time.perSecond], [9_000, 9_000]);
  // A set is three signatures and three questions for their versions.
  assert.ok(overall.perSecond >= director.perSecond * 5);
});
