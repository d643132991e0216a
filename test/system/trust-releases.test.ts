import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createFleet,
  getRelease,
  listAudit,
  publishRelease,
  publishTargets,
  publishTrustChange,
  repositoryTarget,
  revokeRelease,
} from '@fettle/control';
import { componentName, FettleError, fleetId, type Manifest } from '@fettle/model';
import {
  encodeManifest,
  generateKeyPem,
  manifestPayloadType,
  signEnvelope,
  signerFromPem,
  targetsOfManifest,
} from '@fettle/trust';
import { newSigners } from '../../packages/control/test/ceremony.ts';
import { createTrustWorld } from './trust/trust-world.ts';

const code =
  (wanted: string, says = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof FettleError, String(error));
    assert.equal(error.code, wanted, error.message);
    assert.match(error.message, says);
    return true;
  };

async function plainly(manifest: Manifest) {
  const signer = signerFromPem(generateKeyPem().privateKeyPem);
  return JSON.stringify(await signEnvelope(manifestPayloadType, encodeManifest(manifest), [signer]));
}

test('a release is published by the next file of its fleet, once', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const manifest = await t.manifest('1.0.0', { securityFloor: 0 });
  const text = await t.officers.release(manifest);
  const first = await publishTargets(t.admin, t.brain, t.fleet, text);
  assert.equal(first.created, true);
  assert.equal(first.release.envelope, '');
  const [signer] = t.officers.keysOfFleet(t.fleet);
  assert.deepEqual(first.release.signedBy, [signer?.keyId]);
  const again = await publishTargets(t.admin, t.brain, t.fleet, text);
  assert.deepEqual([again.created, again.release.id], [false, first.release.id]);
  const verbs = (await listAudit(t.admin, t.brain, { limit: 4 })).items.map(({ verb }) => verb);
  assert.deepEqual(verbs.sort(), ['release.published', 'trust.published', 'trust.refreshed', 'trust.refreshed']);
});

test('a fleet that is delegated to takes no plain manifest any more, and one that is not takes no targets', async () => {
  await using t = await createTrustWorld();
  await t.world.publish('0.9.0');
  await t.begin();
  await assert.rejects(t.world.publish('0.9.1'), code('wrong-state', /publish signed targets/));
  const plain = fleetId('router');
  await createFleet(t.admin, t.brain, { id: plain, deviceTypes: ['board-a'] });
  const manifest = { ...(await t.manifest('1.0.0')), fleet: plain };
  const targets = await t.officers.release(manifest);
  await assert.rejects(publishTargets(t.admin, t.brain, plain, targets), code('wrong-state', /does not delegate/));
  const refused = publishRelease(t.admin, t.brain, plain, await plainly(manifest));
  await assert.rejects(refused, code('signature-invalid'), 'there its own keys decide');
});

test('fleets named like a role of TUF are refused a delegation and have no targets', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  for (const name of ['root', 'targets', 'snapshot', 'timestamp']) {
    await createFleet(t.admin, t.brain, { id: name, deviceTypes: ['board-a'] });
    await assert.rejects(t.stage(await t.officers.targets([t.fleet, name])), code('invalid-input', new RegExp(name)));
    const wire = `${name}/rootfs/${'a'.repeat(64)}.1.0.0.board-a`;
    await assert.rejects(repositoryTarget({ operator: t.admin }, t.brain, wire), code('not-found'));
  }
});

test('a file of a fleet that breaks a rule publishes nothing', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const one = await t.release('1.0.0');
  const two = await t.manifest('2.0.0');
  const kept = targetsOfManifest(one);
  const both = new Map([...kept, ...targetsOfManifest(two)]);
  const [path, target] = [...kept][0] ?? assert.fail();
  const other = { ...two, artifacts: two.artifacts.map((one) => ({ ...one, component: componentName('app') })) };
  const floors = (floor: number) => ({
    floors: new Map([
      ['rootfs/board-a', floor],
      ['rootfs/board-b', floor],
    ]),
  });
  const sign = (change: object, manifest = two, signers?: ReturnType<typeof newSigners>) =>
    t.officers.release(manifest, change, signers);
  const rows: readonly (readonly [string, Promise<string> | string, string, RegExp])[] = [
    ['nobody of the fleet signed', sign({}, two, newSigners(1)), 'signature-invalid', /Expected 1 signature/],
    ['no JSON', 'hello', 'invalid-input', /metadata file/],
    ['a jump', sign({ version: 9 }), 'invalid-input', /Expected version 2/],
    ['an earlier target is gone', sign({ targets: targetsOfManifest(two) }), 'invalid-input', /1\.0\.0 to stay/],
    [
      'an earlier target is other bytes',
      sign({ targets: new Map([...both, [path, { ...target, length: 3 }]]) }),
      'invalid-input',
      /to stay as it was/,
    ],
    ['nothing new', sign({ targets: kept }), 'invalid-input', /one new release/],
    [
      'two releases at once',
      sign({ targets: new Map([...both, ...targetsOfManifest({ ...other, version: '3.0.0' })]) }),
      'invalid-input',
      /to agree/,
    ],
    ['too low a floor', sign({}, { ...two, securityFloor: 2 }), 'invalid-input', /security floor of 2/],
    ['a floor above all', sign(floors(50)), 'invalid-input', /to leave a release/],
    ['a used counter', sign({}, { ...two, counter: 1 }), 'counter-reused', /above 1/],
    ['a used version', sign({}, { ...other, version: '1.0.0' }), 'already-exists', /published before/],
    [
      'no artifact',
      sign({}, { ...two, artifacts: two.artifacts.map((one) => ({ ...one, digest: 'b'.repeat(64) as never })) }),
      'artifact-missing',
      /Upload it/,
    ],
    [
      'a type of nobody',
      sign({}, { ...two, artifacts: two.artifacts.slice(0, 1).map((one) => ({ ...one, deviceType: 'x' as never })) }),
      'invalid-input',
      /no device type x/,
    ],
  ];
  for (const [what, text, wanted, says] of rows) {
    await assert.rejects(publishTargets(t.admin, t.brain, t.fleet, await text), code(wanted, says), what);
  }
  const refusals = (await listAudit(t.admin, t.brain, { limit: 50 })).items.filter(
    ({ verb }) => verb === 'release.refused',
  );
  assert.equal(refusals.length, 1, 'what strangers signed is an event');
  await t.officers.release(two, floors(2)).then((text) => publishTargets(t.admin, t.brain, t.fleet, text));
});

test('the targets of a revoked release may be dropped with the next file, and no others', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const one = await t.release('1.0.0');
  const two = await t.release('2.0.0');
  const dropped = await t.officers.fleetRole(t.fleet, targetsOfManifest(two));
  await assert.rejects(t.stage(dropped), code('invalid-input', /1\.0\.0 to stay/));
  await revokeRelease(t.admin, t.brain, t.fleet, { version: '1.0.0', reason: 'bad' });
  await t.publish(dropped);
  assert.equal((await getRelease(t.admin, t.brain, t.fleet, '1.0.0')).status, 'revoked');
  const [, target] = [...targetsOfManifest(one)][0] ?? assert.fail();
  const wire = `thermostat/rootfs/${target.sha256}.1.0.0.board-a`;
  await assert.rejects(repositoryTarget({ operator: t.admin }, t.brain, wire), code('not-found'));
});

test('while a rollout is in its first phase, trust of its fleet changes by force and with a reason only', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  await t.release('1.0.0');
  await t.rollOut('1.0.0');
  const staged = await t.stage(await t.officers.imageRoot(await t.signer.keys()));
  const publish = (force: boolean, reason: string) =>
    publishTrustChange(t.admin, t.brain, staged.id, { force, reason });
  await assert.rejects(publish(false, ''), code('wrong-state', /first phase/));
  await assert.rejects(publish(true, ' '), code('invalid-input', /needs a reason/));
  await publish(true, 'a key was stolen');
  const [event] = (await listAudit(t.admin, t.brain, { limit: 10, object: 'trust/image/root' })).items;
  assert.match(event?.reason ?? '', /forced: a key was stolen/);
});
