import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalText } from '../canonical.ts';
import { wireName } from '../metadata.ts';
import { openMetadata } from '../open-metadata.ts';
import { sha256Of } from '../parse-signed.ts';
import type { TufProblem } from '../problem.ts';
import { addSignature, assembleFile } from '../sign-metadata.ts';
import { delegationOf, delegations, imagePath, imageTarget, type TestFleet, testFleet } from '../testing/test-fleet.ts';
import { dayMs, TestRepository, testStart } from '../testing/test-repository.ts';
import { keysOf, roleOf, testSigner, testSigners } from '../testing/test-signer.ts';
import { type TrustedState, trustRoot } from './trusted-state.ts';
import { updateRepository } from './update-repository.ts';

interface Attack {
  readonly name: string;
  readonly code: TufProblem;
  /** What the attacker does after the client has made one good update; may answer another time than the start. */
  readonly act: (fleet: TestFleet) => Promise<number | undefined>;
  /** The refusal is that of the lookup, not of the whole update. */
  readonly lookup?: true;
}

/** The image repository after the client's update: next versions of all online files. */
async function publishNext({ image, fleetSigners }: TestFleet): Promise<void> {
  await image.publishTargets();
  await image.publishTargets('thermostat', {}, fleetSigners);
  await image.publish();
}

const attacks: readonly Attack[] = [
  {
    name: 'a timestamp signed by a stranger',
    code: 'timestamp-signatures-missing',
    act: async ({ image }) => void (await image.publishTimestamp({}, [testSigner()])),
  },
  {
    name: 'a snapshot signed by the holder of the timestamp',
    code: 'snapshot-signatures-missing',
    act: async ({ image }) => {
      await image.publishSnapshot({}, image.holders.timestamp);
      await image.publishTimestamp();
    },
  },
  {
    name: 'targets with half the threshold',
    code: 'targets-signatures-missing',
    act: async ({ image }) => {
      await image.publishTargets('targets', {}, image.holders.targets.slice(0, 1));
      await image.publish();
    },
  },
  {
    name: 'one key under two keyids, for a threshold of two',
    code: 'targets-signatures-missing',
    act: async ({ image }) => {
      const [one] = image.holders.targets;
      assert.ok(one);
      const [key] = keysOf(one).values();
      assert.ok(key);
      // The same key with one member more has another keyid, and both hold for the file.
      const twin = twinOf(key);
      const keys = new Map([...(image.root?.keys ?? []), [twin.keyid, twin]]);
      const roles = image.root?.roles;
      assert.ok(roles);
      await image.publishRoot({
        keys,
        roles: { ...roles, targets: { keyids: [key.keyid, twin.keyid], threshold: 2 } },
      });
      const opened = openMetadata(await image.publishTargets('targets', {}, [one]));
      assert.ok(opened.ok);
      const [signature] = opened.file.signatures;
      assert.ok(signature);
      const bytes = addSignature(opened.file, { keyid: twin.keyid, sig: signature.sig });
      image.files.set(wireName('targets', opened.metadata.version), bytes);
      image.meta.set('targets', { version: opened.metadata.version, length: undefined, sha256: undefined });
      await image.publish();
    },
  },
  {
    name: 'two signatures of one keyid',
    code: 'metadata-malformed',
    act: async ({ image }) => {
      const opened = openMetadata(image.file('timestamp.json'));
      assert.ok(opened.ok);
      const { signedBytes, signatures } = opened.file;
      image.files.set('timestamp.json', assembleFile(signedBytes, [...signatures, ...signatures]));
    },
  },
  {
    name: 'the complete older signed set',
    code: 'timestamp-version-fell',
    act: async (fleet) => {
      const old = new Map(fleet.image.files);
      await publishNext(fleet);
      await update(fleet);
      fleet.image.files.set('timestamp.json', bytesOf(old, 'timestamp.json'));
    },
  },
  {
    name: 'a newer timestamp that names an older snapshot',
    code: 'snapshot-version-fell',
    act: async (fleet) => {
      const old = fleet.image.timestamp?.snapshot;
      await publishNext(fleet);
      await update(fleet);
      assert.ok(old);
      await fleet.image.publishTimestamp({ snapshot: old });
    },
  },
  {
    name: 'an older snapshot under the name of the new one',
    code: 'snapshot-hash',
    act: async (fleet) => {
      const old = fleet.image.file('1.snapshot.json');
      await publishNext(fleet);
      fleet.image.files.set('2.snapshot.json', padded(old, fleet.image.file('2.snapshot.json').length));
    },
  },
  {
    name: 'another snapshot version than announced, where no hash stands',
    code: 'snapshot-version-wrong',
    act: async (fleet) => {
      const old = fleet.image.file('1.snapshot.json');
      await publishNext(fleet);
      await fleet.image.publishTimestamp({ snapshot: { version: 2, length: undefined, sha256: undefined } });
      fleet.image.files.set('2.snapshot.json', old);
    },
  },
  {
    name: 'a snapshot that no longer lists the fleet',
    code: 'target-entry-vanished',
    act: async ({ image }) => {
      image.meta.delete('thermostat');
      await image.publish();
    },
  },
  {
    name: 'a snapshot that lists an older file of the fleet',
    code: 'targets-version-fell',
    act: async (fleet) => {
      const old = fleet.image.meta.get('thermostat');
      await publishNext(fleet);
      await update(fleet);
      assert.ok(old);
      fleet.image.meta.set('thermostat', old);
      await fleet.image.publish();
    },
  },
  {
    name: 'one swapped delegated file',
    code: 'targets-hash',
    lookup: true,
    act: async (fleet) => {
      const old = fleet.image.file('1.thermostat.json');
      await publishNext(fleet);
      fleet.image.files.set('2.thermostat.json', padded(old, fleet.image.file('2.thermostat.json').length));
    },
  },
  {
    name: 'top-level targets of another version than announced, where no hash stands',
    code: 'targets-version-wrong',
    act: async (fleet) => {
      const old = fleet.image.file('1.targets.json');
      await fleet.image.publishTargets();
      fleet.image.meta.set('targets', { version: 2, length: undefined, sha256: undefined });
      await fleet.image.publish();
      fleet.image.files.set('2.targets.json', old);
    },
  },
  { name: 'time stands still (freeze)', code: 'metadata-expired', act: async () => testStart + 2 * dayMs },
  {
    name: 'an expired root',
    code: 'metadata-expired',
    act: async ({ image }) => void (await image.publishRoot({ expiresAt: testStart - 1_000 })),
  },
  {
    name: 'an expired snapshot under a fresh timestamp',
    code: 'metadata-expired',
    act: async ({ image }) => {
      await image.publishSnapshot({ expiresAt: testStart });
      await image.publishTimestamp();
    },
  },
  {
    name: 'expired top-level targets',
    code: 'metadata-expired',
    act: async ({ image }) => {
      await image.publishTargets('targets', { expiresAt: testStart });
      await image.publish();
    },
  },
  {
    name: 'an expired file of the fleet',
    code: 'metadata-expired',
    lookup: true,
    act: async ({ image, fleetSigners }) => {
      await image.publishTargets('thermostat', { expiresAt: testStart }, fleetSigners);
      await image.publish();
    },
  },
  {
    name: 'a timestamp that never ends',
    code: 'metadata-too-large',
    act: async ({ image }) => void image.files.set('timestamp.json', new Uint8Array(16_385)),
  },
  {
    name: 'a snapshot that is longer than announced',
    code: 'metadata-too-large',
    act: async (fleet) => {
      await publishNext(fleet);
      const bytes = fleet.image.file('2.snapshot.json');
      fleet.image.files.set('2.snapshot.json', Buffer.concat([bytes, Buffer.from(' ')]));
    },
  },
  {
    name: 'a root that never ends',
    code: 'metadata-too-large',
    act: async ({ image }) => void image.files.set('2.root.json', new Uint8Array(512_001)),
  },
  {
    name: 'a root that its predecessor did not sign',
    code: 'root-signatures-missing',
    act: async ({ image }) => {
      image.holders = { ...image.holders, root: testSigners(3) };
      await image.publishRoot({}, image.holders.root);
    },
  },
  {
    name: 'a root that it did not sign itself',
    code: 'root-signatures-missing',
    act: async ({ image }) => {
      const before = image.holders.root;
      image.holders = { ...image.holders, root: testSigners(3) };
      await image.publishRoot({}, before);
    },
  },
  {
    name: 'a root with one of two signatures',
    code: 'root-signatures-missing',
    act: async ({ image }) => void (await image.publishRoot({}, image.holders.root.slice(0, 1))),
  },
  {
    name: 'the root that skips a version',
    code: 'root-version-wrong',
    act: async ({ image }) => {
      await image.publishRoot({ version: 3 });
      image.files.set('2.root.json', image.file('3.root.json'));
    },
  },
  {
    name: 'the old root once more, under the next name',
    code: 'root-version-wrong',
    act: async ({ image }) => void image.files.set('2.root.json', image.file('1.root.json')),
  },
  {
    name: 'no timestamp at all',
    code: 'metadata-absent',
    act: async ({ image }) => void image.files.delete('timestamp.json'),
  },
  {
    name: 'a timestamp with white space in its signed part',
    code: 'metadata-not-canonical',
    act: async ({ image }) => {
      const text = Buffer.from(image.file('timestamp.json')).toString().replace('"signed":{', '"signed":{ ');
      image.files.set('timestamp.json', Buffer.from(text));
    },
  },
  {
    name: 'a member twice',
    code: 'metadata-malformed',
    act: async ({ image }) => {
      const text = Buffer.from(image.file('timestamp.json')).toString();
      image.files.set('timestamp.json', Buffer.from(text.replace('"signed":{', '"signed":{"version":9,')));
    },
  },
  {
    name: 'a fleet file signed by the key of another fleet',
    code: 'delegation-wrong-keys',
    lookup: true,
    act: async ({ image }) => {
      await image.publishTargets('thermostat', {}, testSigners(1));
      await image.publish();
    },
  },
  {
    name: 'a fleet key that signs for the path of another fleet',
    code: 'target-absent',
    lookup: true,
    act: async ({ image, fleetSigners }) => {
      const thief = testSigners(1);
      const roles = [
        [delegationOf('router', thief), thief],
        [delegationOf('thermostat', fleetSigners), fleetSigners],
      ] as const;
      await image.publishTargets('targets', delegations(...roles));
      await image.publishTargets('thermostat', { targets: new Map() }, fleetSigners);
      await image.publishTargets('router', { targets: new Map([[imagePath, imageTarget()]]) }, thief);
      await image.publish();
    },
  },
  {
    name: 'a path that nobody was given',
    code: 'path-not-delegated',
    lookup: true,
    act: async ({ image, fleetSigners }) => {
      const narrowed = delegationOf('thermostat', fleetSigners, { paths: ['thermostat/modem/*'] });
      await image.publishTargets('targets', delegations([narrowed, fleetSigners]));
      await image.publish();
    },
  },
  {
    name: 'a delegated role that the snapshot never listed',
    code: 'delegated-role-absent',
    lookup: true,
    act: async ({ image, fleetSigners }) => {
      const ghost = delegationOf('ghost', fleetSigners, { paths: ['thermostat/*/*'] });
      await image.publishTargets('targets', delegations([ghost, fleetSigners]));
      await image.publish();
    },
  },
];

for (const { name, code, act, lookup } of attacks) {
  test(`${name}: ${code}, and the client recovers`, async () => {
    const fleet = await testFleet();
    const good = await update(fleet);
    assert.equal(good.ok, true);
    const now = (await act(fleet)) ?? testStart;
    const result = await update(fleet, now);
    if (lookup) {
      assert.ok(result.ok, JSON.stringify(result));
      const found = result.lookups.get(imagePath);
      assert.equal(found?.ok === false ? found.code : 'found', code);
    } else {
      assert.equal(result.ok === false ? result.code : 'accepted', code);
    }
    // What was refused left nothing behind that stands in the way of the honest repository.
    await recover(fleet);
    const again = await update(fleet, now);
    assert.ok(again.ok, JSON.stringify(again));
    assert.equal(again.lookups.get(imagePath)?.ok, true);
  });
}

test('more new roots than one update follows are refused, and the next update goes on from there', async () => {
  const image = new TestRepository();
  const first = await image.publishRoot();
  const trust = trustRoot(first);
  assert.ok(trust.ok);
  await image.publishTargets();
  await image.publish();
  for (let version = 2; version <= 260; version += 1) await image.publishRoot();
  const stopped = await updateRepository(trust.state, image.fetch, { now: testStart });
  assert.equal(stopped.ok === false && stopped.code, 'root-chain-too-long');
  const done = await updateRepository(stopped.state, image.fetch, { now: testStart });
  assert.ok(done.ok);
  assert.equal(done.root.version, 260);
});

const states = new WeakMap<TestRepository, TrustedState>();

async function update({ image }: TestFleet, now = testStart) {
  let state = states.get(image);
  if (!state) {
    const trust = trustRoot(image.file('1.root.json'));
    assert.ok(trust.ok);
    state = trust.state;
  }
  const result = await updateRepository(state, image.fetch, { now, paths: [imagePath] });
  states.set(image, result.state);
  return result;
}

/** The owners come back: a root after the last good one, and new files of every role. */
async function recover({ image, fleetSigners }: TestFleet): Promise<void> {
  image.now = testStart + 2 * dayMs;
  const state = states.get(image);
  assert.ok(state);
  const trust = trustRoot(Buffer.from(state.root));
  assert.ok(trust.ok);
  for (const name of image.files.keys()) {
    if (/^\d+\.root\.json$/.test(name) && Number.parseInt(name, 10) > trust.root.version) image.files.delete(name);
  }
  image.holders = { ...image.holders, root: image.firstRoot };
  const { roles } = trust.root;
  const keys = new Map([...trust.root.keys, ...keysOf(...image.holders.targets)]);
  const version = trust.root.version + 1;
  await image.publishRoot({ version, keys, roles: { ...roles, targets: roleOf(image.holders.targets, 2) } });
  await image.publishTargets('targets', delegations([delegationOf('thermostat', fleetSigners), fleetSigners]));
  await image.publishTargets('thermostat', { targets: new Map([[imagePath, imageTarget()]]) }, fleetSigners);
  await image.publish();
}

function twinOf(key: { readonly keytype: string; readonly scheme: string; readonly public: string }) {
  const unknown = { note: 'twin' };
  const object = { ...unknown, keytype: key.keytype, scheme: key.scheme, keyval: { public: key.public } };
  const keyid = sha256Of(Buffer.from(canonicalText(object)));
  return { ...key, unknown, keyid };
}

function bytesOf(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  return files.get(name) ?? assert.fail(`no ${name}`);
}

/** The same length as another file: only the hash can tell them apart. */
function padded(bytes: Uint8Array, length: number): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length), ' ')]).subarray(0, length);
}
