import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffMetadata } from './diff.ts';
import { delegationOf, delegations, imagePath, imageTarget } from './testing/test-fleet.ts';
import { TestRepository } from './testing/test-repository.ts';
import { testSigner, testSigners } from './testing/test-signer.ts';
import { tufKeyOf } from './tuf-key.ts';

const has = (sentences: readonly string[], pattern: RegExp) =>
  assert.ok(
    sentences.some((sentence) => pattern.test(sentence)),
    `${pattern} in:\n${sentences.join('\n')}`,
  );

test('a root that changes says who comes, who goes, and how many have to sign', async () => {
  const image = new TestRepository();
  await image.publishRoot();
  const before = image.root;
  const gone = image.holders.root[0] ?? assert.fail();
  const comes = [testSigner(), testSigner('ecdsa-p256')];
  image.holders = { ...image.holders, root: [...image.holders.root.slice(1), ...comes] };
  image.threshold = 3;
  const floor = Date.parse('2026-07-01T00:00:00Z');
  await image.publishRoot({ time: { keys: [], floor } });
  assert.ok(before && image.root);
  const sentences = diffMetadata(before, image.root);
  has(sentences, /^Version 2 of root follows version 1\.$/);
  has(sentences, /^It expires at 2027-/);
  has(sentences, new RegExp(`^Role root loses ed25519 key ${tufKeyOf(gone.publicKey).keyid.slice(0, 12)}\\.$`));
  has(sentences, /^Role root gains ecdsa-sha2-nistp256 key/);
  has(sentences, /^Role root needs 3 of 4 keys, before 2 of 3\.$/);
  has(sentences, /^Role targets needs 3 of 3 keys, before 2 of 3\.$/);
  has(sentences, /^Removed time key/);
  has(sentences, /set their time floor to 2026-07-01T00:00:00Z/);
});

test('a targets file says every target, delegation and floor that comes, changes or goes', async () => {
  const image = new TestRepository();
  const [a, b] = [testSigners(1), testSigners(1)];
  const roleA = delegationOf('a', a);
  const roleB = delegationOf('b', b);
  await image.publishTargets('targets', delegations([roleA, a], [roleB, b]));
  const before = image.targets.get('targets');
  await image.publishTargets('targets', {
    ...delegations([roleB, b], [{ ...roleA, paths: ['a/rootfs/*'], terminating: false }, a]),
    targets: new Map([[imagePath, imageTarget()]]),
    floors: new Map([['rootfs/board-a', 9]]),
    unknown: { later: 1 },
  });
  const after = image.targets.get('targets');
  assert.ok(before && after);
  const sentences = diffMetadata(before, after);
  has(sentences, /^Changed delegation a: a\/rootfs\/\*; before: a\/\*\/\*, and nobody after it\.$/);
  has(sentences, /^Delegations are asked in another order: b, a\.$/);
  has(sentences, /^New target thermostat\/rootfs\/2\.0\.0\.img: \d+ bytes, SHA-256 [0-9a-f]{64}, .*"releaseCounter":7/);
  has(sentences, /^New security floor rootfs\/board-a: 9\.$/);
  has(sentences, /^New unknown member later: 1\.$/);
  has(diffMetadata(after, { ...before, version: 3 }), /^Removed target thermostat/);
});

test('snapshot and timestamp say which files they list anew', async () => {
  const image = new TestRepository();
  await image.publishTargets();
  await image.publish();
  const { snapshot, timestamp } = image;
  await image.publishTargets();
  await image.publish();
  assert.ok(snapshot && timestamp && image.snapshot && image.timestamp);
  has(diffMetadata(snapshot, image.snapshot), /^Changed file targets: version 2, \d+ bytes/);
  has(diffMetadata(timestamp, image.timestamp), /^Changed file snapshot: version 2/);
  has(diffMetadata(undefined, image.timestamp), /^New file snapshot: version 2/);
});

test('the same file twice changes nothing but what is always said', async () => {
  const image = new TestRepository();
  await image.publishRoot();
  assert.ok(image.root);
  assert.equal(diffMetadata(image.root, image.root).length, 2);
});
