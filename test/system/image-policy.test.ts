import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeManifest, generateKeyPem, manifestPayloadType, signEnvelope, signerFromPem } from '@fettle/trust';
import { startTestServer, type TestServer } from './api-support.ts';
import {
  board,
  component,
  demandKeyA,
  fleet,
  flipped,
  keyA,
  keyB,
  signedImage,
  upload,
} from './image-policy-support.ts';

const releaseKey = generateKeyPem();

async function withFleet(): Promise<TestServer> {
  const server = await startTestServer();
  await server.client.createFleet({ id: fleet, deviceTypes: [board] });
  await server.client.addFleetKey({ fleet, name: 'release', publicKeyPem: releaseKey.publicKeyPem });
  return server;
}

async function publish(server: TestServer, version: string, bytes: Uint8Array) {
  const manifest = await upload(server, version, bytes);
  const signer = signerFromPem(releaseKey.privateKeyPem);
  const envelope = await signEnvelope(manifestPayloadType, encodeManifest(manifest), [signer]);
  return server.client.publishRelease({ fleet, envelope: JSON.stringify(envelope) });
}

/** Refused for this reason, written down, and nothing of it to be seen. */
async function refused(server: TestServer, attempt: readonly [string, Uint8Array], finding: string): Promise<void> {
  const { client } = server;
  const before = (await client.listReleases({ fleet })).items.length;
  await assert.rejects(publish(server, ...attempt), (error: unknown) => {
    const { code, details } = error as { code: string; details: Record<string, unknown> };
    assert.deepEqual([code, details.finding], ['image-refused', finding]);
    return true;
  });
  assert.equal((await client.listReleases({ fleet })).items.length, before);
  const [newest] = (await client.listAudit({ fleet, limit: 1 })).items;
  assert.equal(newest?.verb, 'release.refused');
  assert.match(newest.reason, new RegExp(`${board}/${component} is not what the image policy demands`));
}

describe('an image policy that demands MCUboot images signed by one key', () => {
  test('refuses every other image at publishing, and says why', async () => {
    await using server = await withFleet();
    await server.client.setImagePolicy(demandKeyA());
    await publish(server, '1.0.0', await signedImage('1.0.0', { counter: 5 }));
    await refused(server, ['1.1.0', Buffer.alloc(20_000, 'a program')], 'format-mismatch');
    await refused(server, ['1.1.1', await signedImage('1.1.1', { counter: 6, by: keyB })], 'key-unknown');
    await refused(server, ['1.1.2', flipped(await signedImage('1.1.2', { counter: 6 }))], 'hash-mismatch');
    await refused(server, ['1.1.3', await signedImage('1.1.3', { counter: 4 })], 'counter-too-low');
    await refused(server, ['1.1.4', await signedImage('1.1.4')], 'counter-missing');
    await refused(server, ['1.1.5', await signedImage('1.1.6', { counter: 6 })], 'version-mismatch');
    const { release } = await publish(server, '1.2.0', await signedImage('1.2.0', { counter: 5 }));
    const { images } = await server.client.getRelease({ fleet, version: release.version });
    const kept = { component, deviceType: board, format: 'mcuboot', version: '1.2.0', counter: 5 };
    assert.deepEqual(images, [kept]);
  });

  test('takes either key when both may sign, and a counter below that of a revoked release', async () => {
    await using server = await withFleet();
    const [rule] = demandKeyA().rules;
    assert.ok(rule);
    await server.client.setImagePolicy({
      fleet,
      rules: [{ ...rule, keys: [keyA.publicKeyPem, keyB.publicKeyPem] }],
    });
    await publish(server, '1.0.0', await signedImage('1.0.0', { counter: 1 }));
    await publish(server, '1.1.0', await signedImage('1.1.0', { counter: 9, by: keyB }));
    await server.client.revokeRelease({ fleet, version: '1.1.0' });
    await publish(server, '1.1.1', await signedImage('1.1.1', { counter: 2 }));
  });

  test('lets unsigned ones through where it is optional, never wrong ones', async () => {
    await using server = await withFleet();
    await server.client.setImagePolicy(demandKeyA({ required: false, sameVersion: false }));
    await publish(server, '1.0.0', Buffer.alloc(20_000, 'a program'));
    await publish(server, '1.1.0', await signedImage('9.9.9'));
    await refused(server, ['1.1.1', await signedImage('1.1.1', { by: keyB })], 'key-unknown');
    await refused(server, ['1.1.2', flipped(await signedImage('1.1.2'))], 'hash-mismatch');
  });
});

test('without a policy images are recognised and nothing is refused', async () => {
  await using server = await withFleet();
  await publish(server, '1.0.0', flipped(await signedImage('1.0.0', { by: keyB })));
  await publish(server, '1.0.1', await signedImage('3.2.1', { counter: 7 }));
  const found = async (version: string) => (await server.client.getRelease({ fleet, version })).images;
  assert.equal((await found('1.0.0'))[0]?.format, 'mcuboot');
  assert.deepEqual((await found('1.0.1'))[0]?.version, '3.2.1');
});

test('a policy is kept as it was set, is an audit event, and is cleared', async () => {
  await using server = await withFleet();
  const { client } = server;
  assert.deepEqual(await client.getImagePolicy({ fleet }), { rules: [] });
  const set = await client.setImagePolicy(demandKeyA());
  assert.deepEqual(set.rules[0], { ...demandKeyA().rules[0], required: true, sameVersion: true });
  assert.deepEqual(await client.getImagePolicy({ fleet }), set);
  const [event] = (await client.listAudit({ fleet, limit: 1 })).items;
  assert.deepEqual([event?.verb, event?.reason], ['fleet.changed', 'image policy: board-a/rootfs mcuboot required']);
  await client.setImagePolicy({ fleet, rules: [] });
  assert.deepEqual(await client.getImagePolicy({ fleet }), { rules: [] });
  await publish(server, '1.0.0', Buffer.from('anything'));
});

test('policies that could not be kept are refused', async () => {
  await using server = await withFleet();
  const [rule] = demandKeyA().rules;
  assert.ok(rule);
  const wrong = [
    [{ ...rule, format: 'uf2' }],
    [{ ...rule, format: 'sealing-wax' }],
    [{ ...rule, keys: [] }],
    [{ ...rule, keys: [keyA.privateKeyPem] }],
    [{ ...rule, deviceType: 'board-z' }],
    [rule, rule],
  ];
  for (const rules of wrong) {
    await assert.rejects(server.client.setImagePolicy({ fleet, rules }), { code: 'invalid-input' });
  }
  await assert.rejects(server.client.setImagePolicy({ fleet: 'none', rules: [] }), { code: 'not-found' });
});
