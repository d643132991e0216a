import assert from 'node:assert/strict';
import { test } from 'node:test';
import { affected, revokeRelease } from '@fettle/control';
import { componentName, digest } from '@fettle/model';
import { createWorld, type World } from '../support/memory-brain.ts';

/** Publishes a release that consists of one package; of none that anybody knows without a version. */
async function release(world: World, version: string, openssl?: string) {
  const { artifacts, counter } = await world.publish(version);
  const found = await world.brain.store.reads(world.admin).releaseByVersion(world.fleet, version);
  assert.ok(found);
  const artifact = digest(artifacts[0]?.digest ?? '');
  if (openssl !== undefined) {
    const purl = `pkg:deb/debian/openssl@${openssl}`;
    const about = { type: 'library', name: 'openssl', version: openssl, purl, hashes: {}, place: '' } as const;
    const names = ['Debian|openssl', 'pkg:deb/debian/openssl'];
    const components = [{ component: { ...about, ecosystem: 'Debian:12' }, names }];
    await world.store.transact(world.admin, async (tx) => {
      await tx.insertComponents({ release: found.id, artifact, from: 0, components });
      const watch = {
        fleet: world.fleet,
        setsKey: 'k',
        components: 1,
        openCritical: 0,
        report: '',
        at: 0,
        lookAgainAt: null,
      };
      await tx.saveReleaseWatch({ release: found.id, ...watch });
    });
  }
  return { version, counter, digest: artifact };
}

test('offers as the way out the newest release that is known to be unaffected and that devices can come to', async () => {
  const world = await createWorld();
  const { admin, brain, fleet } = world;
  const old = await release(world, '1.0.0', '3.0.8');
  await release(world, '1.1.0', '3.0.9');
  await release(world, '1.2.0', '3.0.9');
  await release(world, '1.3.0', '3.0.9');
  await release(world, '1.4.0');
  await revokeRelease(admin, brain, fleet, { version: '1.3.0', reason: 'broken' });
  const { device: id } = await world.addDevice('dev-1');
  const ask = async () =>
    (await affected(admin, brain, { question: { purl: 'pkg:deb/debian/openssl@3.0.8' } })).fleets[0];

  const nobody = await ask();
  assert.equal(nobody?.devices.total, 0);
  await world.store.transact(admin, async (tx) => {
    const device = await tx.device(id);
    assert.ok(device);
    await tx.updateDevice({ ...device, status: 'accepted', current: { [componentName('rootfs')]: old } });
  });
  const found = await ask();
  assert.equal(found?.devices.total, 1);
  assert.ok(found?.fix.ok);
  assert.deepEqual([found.fix.fix.release.version, found.fix.fix.unreachable], ['1.2.0', []]);
  assert.equal(found.fix.fix.draft.preset, 'safe');

  // A component that no other release brings stays behind on every way: then nothing is offered.
  await world.store.transact(admin, async (tx) => {
    const device = await tx.device(id);
    assert.ok(device);
    const other = { ...old, counter: 99 };
    await tx.updateDevice({ ...device, current: { [componentName('modem')]: other } });
  });
  const stuck = await ask();
  assert.equal(stuck?.devices.elsewhere, 1);
  assert.equal(stuck?.fix.ok, false);
  await world.close();
});
