import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wireName } from '../metadata.ts';
import { imagePath, testFleet } from '../testing/test-fleet.ts';
import { dayMs, TestRepository, testStart } from '../testing/test-repository.ts';
import { testSigner, testSigners } from '../testing/test-signer.ts';
import { type TrustedState, trustedRoot, trustRoot } from './trusted-state.ts';
import { updateRepository } from './update-repository.ts';

test('a good update finds the target, and the next one without changes asks for two files only', async () => {
  const { image } = await testFleet();
  const first = await updateRepository(stateOf(image), image.fetch, { now: testStart, paths: [imagePath] });
  assert.ok(first.ok);
  const found = first.lookups.get(imagePath);
  assert.ok(found?.ok);
  assert.deepEqual(found.roles, ['targets', 'thermostat']);
  assert.equal(found.floors.get('rootfs/board-a'), 4);
  assert.deepEqual(image.requests, [
    '2.root.json',
    'timestamp.json',
    '1.snapshot.json',
    '1.targets.json',
    '1.thermostat.json',
  ]);
  image.requests.length = 0;
  // The state survives being written to disk.
  const stored = JSON.parse(JSON.stringify(first.state)) as TrustedState;
  const second = await updateRepository(stored, image.fetch, { now: testStart, paths: [imagePath] });
  assert.ok(second.ok);
  assert.deepEqual(image.requests, ['2.root.json', 'timestamp.json']);
  assert.equal(second.state, stored, 'nothing changed, nothing to write');
  assert.deepEqual(second.lookups.get(imagePath), found);
});

test('a device that slept walks 40 roots over three generations of keys and accepts no revoked key', async () => {
  const image = new TestRepository();
  const trust = trustRoot(await image.publishRoot());
  assert.ok(trust.ok);
  const generations = [image.holders];
  for (let version = 2; version <= 40; version += 1) {
    image.now = testStart + version * 10 * dayMs;
    if (version === 14 || version === 27) {
      const fresh = { root: testSigners(3), targets: testSigners(3) };
      image.holders = { ...fresh, snapshot: testSigners(1), timestamp: testSigners(1) };
      generations.push(image.holders);
    }
    await image.publishRoot();
  }
  await image.publishTargets();
  await image.publish();
  const awake = await updateRepository(trust.state, image.fetch, { now: image.now });
  assert.ok(awake.ok);
  assert.equal(awake.root.version, 40);
  assert.equal(trustedRoot(awake.state).version, 40);
  for (const old of generations.slice(0, -1)) {
    await image.publishTimestamp({}, old.timestamp);
    const refused = await updateRepository(awake.state, image.fetch, { now: image.now });
    assert.equal(refused.ok === false && refused.code, 'timestamp-signatures-missing');
    image.files.delete('41.root.json');
    await image.publishRoot({ version: 41 }, old.root);
    const root = await updateRepository(awake.state, image.fetch, { now: image.now });
    assert.equal(root.ok === false && root.code, 'root-signatures-missing');
    image.files.delete('41.root.json');
  }
});

test('versions driven up with stolen online keys are forgotten when a new root takes the keys away', async () => {
  const { image, fleetSigners } = await testFleet();
  const before = await updateRepository(stateOf(image), image.fetch, { now: testStart });
  const high = 2 ** 31;
  await image.publishTargets('thermostat', { version: high }, fleetSigners);
  await image.publishSnapshot({ version: high });
  await image.publishTimestamp({ version: high });
  const driven = await updateRepository(before.state, image.fetch, { now: testStart });
  assert.ok(driven.ok);
  assert.equal(driven.timestamp.version, high);
  // The owners: new online keys, versions that go on from where they were.
  image.holders = { ...image.holders, snapshot: [testSigner()], timestamp: [testSigner()] };
  await image.publishRoot();
  await image.publishTargets('thermostat', { version: 2 }, fleetSigners);
  await image.publishSnapshot({ version: 2 });
  await image.publishTimestamp({ version: 2 });
  const recovered = await updateRepository(driven.state, image.fetch, { now: testStart, paths: [imagePath] });
  assert.ok(recovered.ok, JSON.stringify(recovered));
  assert.equal(recovered.timestamp.version, 2);
  assert.equal(recovered.lookups.get(imagePath)?.ok, true);
});

test('a root that changes who holds timestamp or snapshot drops both files in the same step', async () => {
  for (const role of ['timestamp', 'snapshot'] as const) {
    const { image } = await testFleet();
    const good = await updateRepository(stateOf(image), image.fetch, { now: testStart });
    assert.ok(good.state.timestamp && good.state.snapshot);
    // The old key stays beside the new one: the old files would still verify.
    image.holders = { ...image.holders, [role]: [...image.holders[role], testSigner()] };
    await image.publishRoot();
    const cut = async (name: string) => (name.endsWith('root.json') ? await image.fetch(name, 0) : 'absent');
    const result = await updateRepository(good.state, cut, { now: testStart });
    assert.equal(result.ok === false && result.code, 'metadata-absent');
    assert.deepEqual([result.state.timestamp, result.state.snapshot], [undefined, undefined]);
  }
});

test('without new keys a fallen version stays an attack', async () => {
  const { image } = await testFleet();
  await image.publishTimestamp({ version: 2 ** 31 });
  const driven = await updateRepository(stateOf(image), image.fetch, { now: testStart });
  await image.publishRoot();
  await image.publishTimestamp({ version: 3 });
  const refused = await updateRepository(driven.state, image.fetch, { now: testStart });
  assert.equal(refused.ok === false && refused.code, 'timestamp-version-fell');
});

test('an update that ends at any request can be made again, and keeps the roots it had walked', async () => {
  const { image } = await testFleet();
  const state = stateOf(image);
  for (let count = 0; count < 4; count += 1) await image.publishRoot();
  for (let allowed = 0; ; allowed += 1) {
    let left = allowed;
    const flaky = async (name: string, maxBytes: number) => {
      left -= 1;
      if (left < 0) throw new Error('the connection was reset');
      return await image.fetch(name, maxBytes);
    };
    const broken = await updateRepository(state, flaky, { now: testStart, paths: [imagePath] });
    if (broken.ok && broken.lookups.get(imagePath)?.ok) break;
    if (!broken.ok) assert.equal(broken.code, 'fetch-failed');
    assert.equal(trustedRoot(broken.state).version, Math.min(allowed, 4) + 1);
    const again = await updateRepository(broken.state, image.fetch, { now: testStart, paths: [imagePath] });
    assert.ok(again.ok && again.lookups.get(imagePath)?.ok);
  }
});

test('the time may come from what the newest root says, and is asked for once', async () => {
  const { image } = await testFleet();
  const floor = testStart + 3_600_000;
  await image.publishRoot({ time: { keys: [], floor } });
  const asked: number[] = [];
  const now = async (root: { version: number; time: { floor: number | undefined } | undefined }) => {
    asked.push(root.version);
    return root.time?.floor ?? 0;
  };
  const result = await updateRepository(stateOf(image), image.fetch, { now, paths: [imagePath] });
  assert.ok(result.ok);
  assert.equal(result.now, floor);
  assert.deepEqual(asked, [2]);
});

test('a state whose root was damaged says that the device must be provisioned anew', async () => {
  const { image } = await testFleet();
  const state = { ...stateOf(image), root: stateOf(image).root.replace('"version":1', '"version":2') };
  const result = await updateRepository(state, image.fetch, { now: testStart });
  assert.equal(result.ok === false && result.code, 'state-unusable');
});

test('a damaged file below the root is fetched again', async () => {
  const { image } = await testFleet();
  const good = await updateRepository(stateOf(image), image.fetch, { now: testStart, paths: [imagePath] });
  const damaged = { ...good.state, snapshot: '{"half', targets: '', delegated: { thermostat: '[]', gone: 'x' } };
  const result = await updateRepository(damaged, image.fetch, { now: testStart, paths: [imagePath] });
  assert.ok(result.ok && result.lookups.get(imagePath)?.ok);
  assert.deepEqual(result.state, good.state);
});

test('whatever a server answers, the update ends in a verdict and the trusted versions do not fall', async () => {
  const { image } = await testFleet();
  const old = new Map(image.files);
  await image.publishRoot();
  await image.publish();
  const good = await updateRepository(stateOf(image), image.fetch, { now: testStart, paths: [imagePath] });
  assert.ok(good.ok);
  await image.publishTargets();
  await image.publish();
  const files = [...old.values(), ...image.files.values()].map((bytes) => Buffer.from(bytes));
  const answer = fc.oneof(
    { weight: 3, arbitrary: fc.constant('honest' as const) },
    fc.constant('absent' as const),
    fc.constant('broken' as const),
    fc.uint8Array({ maxLength: 200 }),
    fc.constantFrom(...files),
    fc.tuple(fc.constantFrom(...files), fc.nat(), fc.nat(255)).map(([file, at, byte]) => {
      const copy = Buffer.from(file);
      copy[at % copy.length] = byte;
      return copy;
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 8 }), fc.boolean(), async (answers, cold) => {
      let asked = 0;
      const lying = async (name: string, maxBytes: number) => {
        const given = answers[asked++ % answers.length] ?? 'honest';
        if (given === 'broken') throw new Error('reset');
        return given === 'honest' ? await image.fetch(name, maxBytes) : given;
      };
      const start = cold ? stateOf(image) : good.state;
      const result = await updateRepository(start, lying, { now: testStart, paths: [imagePath] });
      assert.ok(trustedRoot(result.state).version >= trustedRoot(start).version);
      assert.ok(versionIn(result.state.timestamp) >= versionIn(start.timestamp));
      assert.ok(versionIn(result.state.snapshot) >= versionIn(start.snapshot));
      const again = await updateRepository(result.state, image.fetch, { now: testStart, paths: [imagePath] });
      assert.ok(again.ok && again.lookups.get(imagePath)?.ok, 'the client can always go on');
    }),
    { seed: 20_268, numRuns: 300 },
  );
});

test('the threshold of the targets role can be met with every kind of key, and ML-DSA-44 counts like the others', async () => {
  const kinds = ['ed25519', 'ecdsa-p256', 'rsa-pss', 'ml-dsa-44'] as const;
  const image = new TestRepository();
  image.holders = { ...image.holders, targets: kinds.map((kind) => testSigner(kind)) };
  image.threshold = 4;
  image.holders.root = kinds.map((kind) => testSigner(kind));
  const trust = trustRoot(await image.publishRoot());
  assert.ok(trust.ok, JSON.stringify(trust));
  await image.publishTargets();
  await image.publish();
  const result = await updateRepository(trust.state, image.fetch, { now: testStart });
  assert.ok(result.ok, JSON.stringify(result));
  await image.publishTargets('targets', {}, image.holders.targets.slice(0, 3));
  await image.publish();
  const refused = await updateRepository(result.state, image.fetch, { now: testStart });
  assert.equal(refused.ok === false && refused.code, 'targets-signatures-missing');
});

function versionIn(text: string | undefined): number {
  return text === undefined ? 0 : (JSON.parse(text) as { signed: { version: number } }).signed.version;
}

function stateOf(repository: TestRepository): TrustedState {
  const trust = trustRoot(repository.file(wireName('root', 1)));
  assert.ok(trust.ok);
  return trust.state;
}
