import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { deviceId, FettleError } from '@fettle/model';
import {
  encodeMetadata,
  openMetadata,
  publicKeyOf,
  trustedTime,
  trustRoot,
  updateRepository,
  validSigners,
  wireName,
} from '@fettle/trust';
import { openTestSigner } from './open-signer.ts';
import {
  evidenceOf,
  foundRepository,
  type MadeFile,
  Officers,
  OnlineHand,
  targetPair,
  testFleet,
  testTenant,
} from './signed-repositories.ts';

const device = deviceId('SN-1');
const director = (role: 'targets' | 'snapshot' | 'timestamp') =>
  ({ tenant: testTenant, repository: 'director', role, device }) as const;

test('what it signs of the image repository is what a client of it takes', async (t) => {
  const signer = await openTestSigner(t);
  const { files, hand, target } = await foundRepository(signer.client, signer.now);
  const timestamp = await hand.signImage().then(() => hand.lastTimestamp);
  const served = new Map(
    Object.entries({ targets: files.targets, [testFleet]: files.fleet, snapshot: hand.lastSnapshot }).map(
      ([role, file]) => [wireName(role, file?.metadata.version ?? 0), file?.bytes],
    ),
  );
  const fetch = async (name: string) => (name === 'timestamp.json' ? timestamp?.bytes : served.get(name)) ?? 'absent';
  const trust = trustRoot(files.root.bytes);
  assert.ok(trust.ok);
  const update = await updateRepository(trust.state, fetch, { now: signer.now, paths: [target.path] });
  assert.ok(update.ok, JSON.stringify(update));
  assert.equal(update.snapshot.version, 2);
  assert.equal(update.lookups.get(target.path)?.ok, true);
});

test('a set for a device is signed by the keys that the signer names, and the next one follows it', async (t) => {
  const signer = await openTestSigner(t);
  const { hand, target } = await foundRepository(signer.client, signer.now);
  const keys = (await signer.client.keys(testTenant)).director;
  const assigned = new Map([[target.path, target.director]]);
  for (const version of [1, 2]) {
    const set = await hand.signDirectorSet(device, assigned);
    for (const { bytes, metadata } of set) {
      const opened = openMetadata(bytes);
      assert.ok(opened.ok && opened.metadata.type !== 'root');
      const key = keys[opened.metadata.type];
      const role = { keyids: [key.keyid], threshold: 1 };
      assert.deepEqual(validSigners(opened.file, role, new Map([[key.keyid, key]])), [key.keyid]);
      assert.equal(metadata.version, version);
    }
  }
  const nothing = await hand.signDirectorSet(device, new Map());
  assert.equal(nothing[0]?.metadata.version, 3);
});

test('many devices at once get their sets from a signer that has just begun', async (t) => {
  const signer = await openTestSigner(t);
  const { hand, target } = await foundRepository(signer.client, signer.now);
  await signer.restart();
  const assigned = new Map([[target.path, target.director]]);
  const devices = Array.from({ length: 100 }, (_, at) => deviceId(`SN-${at}`));
  const sets = await Promise.all(devices.map((one) => hand.signDirectorSet(one, assigned)));
  assert.ok(sets.every((set) => set.every(({ metadata }) => metadata.version === 1)));
});

test('the same bytes are signed again, also after a restart: an answer may have been lost', async (t) => {
  const signer = await openTestSigner(t);
  const { hand, target } = await foundRepository(signer.client, signer.now);
  const [targets] = await hand.signDirectorSet(device, new Map([[target.path, target.director]]));
  assert.ok(targets);
  const payload = encodeMetadata(targets.metadata);
  const first = await signer.client.sign({ of: director('targets'), payload });
  await signer.restart();
  assert.deepEqual(await signer.client.sign({ of: director('targets'), payload }), first);
  assert.equal(await signer.client.lastVersion(director('targets')), 1);
});

test('it follows the roots of the officers, also when all their keys change', async (t) => {
  const signer = await openTestSigner(t);
  const { officers, hand } = await foundRepository(signer.client, signer.now);
  const before = officers.root;
  const after = new Officers(signer.now);
  officers.root = after.root;
  const root = await officers.makeRoot(signer.client, 2, [...before.slice(0, 2), ...after.root.slice(1)]);
  await hand.signImage([evidenceOf('root', root)]);
  await signer.restart();
  assert.deepEqual(await signer.client.knownVersions(testTenant, 'image'), { root: 2, targets: 1, [testFleet]: 1 });
  // After it the old keys sign nothing any more.
  const old = await after.makeRoot(signer.client, 3, before);
  await assert.rejects(hand.signImage([evidenceOf('root', old)]), { code: 'signing-refused' });
});

test('a publication that was lost on the way may be made anew under its version', async (t) => {
  const signer = await openTestSigner(t);
  const { officers, hand } = await foundRepository(signer.client, signer.now);
  const lost = await officers.makeFleet(2, { floors: new Map([['rootfs/board-a', 3]]) });
  hand.list(testFleet, lost);
  await hand.signImage([evidenceOf(testFleet, lost)]);
  const pair = targetPair('2.5.0');
  const again = await officers.makeFleet(2, { targets: new Map([[pair.path, pair.image]]) });
  hand.list(testFleet, again);
  await hand.signImage([evidenceOf(testFleet, again)]);
  const set = await hand.signDirectorSet(device, new Map([[pair.path, pair.director]]));
  assert.equal(set.length, 3);
});

test('a snapshot that no timestamp has named may be gone back on, one that was shown may not', async (t) => {
  const signer = await openTestSigner(t);
  const { officers, hand, files } = await foundRepository(signer.client, signer.now);
  const of = { tenant: testTenant, repository: 'image', role: 'snapshot' } as const;
  const signSnapshot = async (fleet: MadeFile) => {
    hand.list(testFleet, fleet);
    const meta = new Map(hand.meta);
    const metadata = { type: 'snapshot', ...(await hand.next(of, 6)), meta } as const;
    return await hand.sign(of, metadata, [evidenceOf(testFleet, fleet)]);
  };
  // Cut off between snapshot and timestamp, twice: what stands is renewed all the same.
  await signSnapshot(await officers.makeFleet(2, { floors: new Map([['rootfs/board-a', 3]]) }));
  await signSnapshot(await officers.makeFleet(2, { floors: new Map([['rootfs/board-a', 4]]) }));
  await signer.restart();
  hand.list(testFleet, files.fleet);
  await hand.signImage();
  // Now a client may have seen version 2.
  const newer = await officers.makeFleet(2, {});
  hand.list(testFleet, newer);
  await hand.signImage([evidenceOf(testFleet, newer)]);
  hand.list(testFleet, files.fleet);
  await assert.rejects(hand.signImage([evidenceOf(testFleet, files.fleet)]), { code: 'signing-refused' });
});

test('trust begins with the root that was put into its folder', async (t) => {
  const signer = await openTestSigner(t);
  const officers = new Officers(signer.now);
  const root = await officers.makeRoot(signer.client, 1);
  mkdirSync(join(signer.folder, 'tenants', testTenant), { recursive: true });
  writeFileSync(join(signer.folder, 'tenants', testTenant, 'image-root.json'), root.bytes);
  assert.deepEqual(await signer.client.knownVersions(testTenant, 'image'), { root: 1 });
  const thieves = await new Officers(signer.now).makeRoot(signer.client, 1);
  const hand = new OnlineHand(signer.client, signer.now);
  await assert.rejects(hand.signImage([evidenceOf('root', thieves)]), { code: 'signing-refused' });
});

test('a device takes the time that it signs', async (t) => {
  const signer = await openTestSigner(t);
  const nonce = 'ab'.repeat(16);
  const answer = await signer.client.signTime(testTenant, nonce);
  const { time } = await signer.client.keys(testTenant);
  const key = publicKeyOf(time);
  assert.ok(key);
  const taken = trustedTime({
    floor: 0,
    clock: undefined,
    answer: Buffer.from(JSON.stringify(answer)),
    nonce,
    timeKeys: new Map([[time.keyid, key]]),
    rootExpiresAt: signer.now + 86_400_000,
  });
  assert.deepEqual([taken.source, taken.now], ['answer', signer.now]);
  await assert.rejects(signer.client.signTime(testTenant, '{"_type":"targets"}'), { code: 'invalid-input' });
});

test('its log has every request in order and cannot be changed', async (t) => {
  const signer = await openTestSigner(t);
  const { hand } = await foundRepository(signer.client, signer.now);
  await hand.signDirectorSet(device, new Map());
  await signer.stop();
  const rows = signer.log().map(({ what, verdict }) => `${what} ${verdict}`);
  assert.deepEqual(rows, [
    ...Array.from({ length: 6 }, () => 'keys made'),
    'evidence learned',
    'image-snapshot signed',
    'image-timestamp signed',
    'director-targets signed',
    'director-snapshot signed',
    'director-timestamp signed',
  ]);
  for (const statement of [
    'delete from requests',
    "update requests set verdict = 'signed'",
    'delete from signed',
    "update signed set payload_sha256 = x'00' where role = 'targets'",
    'update signed set version = version - 1',
  ]) {
    assert.throws(() => signer.change(statement), /only grows|stays|never changes/, statement);
  }
});

test('a folder belongs to one signer', async (t) => {
  const signer = await openTestSigner(t);
  await assert.rejects(signer.openAnother(), (error) => {
    assert.ok(error instanceof FettleError);
    assert.equal(error.code, 'wrong-state');
    return true;
  });
});
