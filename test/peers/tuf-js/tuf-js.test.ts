import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type TrustedState, targetWirePath, trustRoot, updateRepository } from '@fettle/trust';
import {
  dayMs,
  imageBytes,
  imagePath,
  type TestFleet,
  testFleet,
  testSigner,
  testSigners,
} from '@fettle/trust/testing';
import { LoopbackRepository, TufJsClient } from './peer.ts';

// Judged by npm's tuf-js, unmodified, over loopback. It looks at the clock of this machine, so that the repository is
// made for now.

interface Bench {
  readonly fleet: TestFleet;
  readonly served: LoopbackRepository;
  readonly theirs: TufJsClient;
  /** Our client, in the same state as theirs. */
  readonly ours: () => Promise<string>;
}

async function setUp(t: TestContext, prepare?: (fleet: TestFleet) => Promise<void>): Promise<Bench> {
  const fleet = await testFleet(Date.now());
  await prepare?.(fleet);
  const { image } = fleet;
  const served = new LoopbackRepository(image.files);
  const theirs = new TufJsClient(await served.listen(), image.file('1.root.json'));
  t.after(async () => {
    await served.close();
    theirs.remove();
  });
  const listed = image.targets.get('thermostat')?.targets.get(imagePath) ?? assert.fail('no target');
  served.targets.set(targetWirePath(imagePath, listed), imageBytes);
  const trust = trustRoot(image.file('1.root.json'));
  assert.ok(trust.ok);
  let state: TrustedState = trust.state;
  const ours = async () => {
    const result = await updateRepository(state, image.fetch, { now: Date.now(), paths: [imagePath] });
    state = result.state;
    if (!result.ok) return result.code;
    const found = result.lookups.get(imagePath);
    return found?.ok ? 'good' : (found?.code ?? 'not asked');
  };
  return { fleet, served, theirs, ours };
}

test('tuf-js fetches and verifies a target of a delegated fleet', async (t) => {
  const { theirs, ours, served } = await setUp(t);
  assert.deepEqual(await theirs.update(imagePath), Buffer.from(imageBytes));
  assert.equal(await ours(), 'good');
  assert.ok(served.requests.includes('metadata/1.thermostat.json'));
});

test('tuf-js reads roots with keys of every kind, an ML-DSA-44 one beside them, and follows a rotation', async (t) => {
  const { fleet, theirs, ours } = await setUp(t);
  assert.deepEqual(await theirs.update(imagePath), Buffer.from(imageBytes));
  const { image } = fleet;
  const kinds = ['ecdsa-p256', 'rsa-pss', 'ed25519', 'ml-dsa-44'] as const;
  image.holders = {
    root: kinds.map((kind) => testSigner(kind)),
    targets: kinds.map((kind) => testSigner(kind)),
    snapshot: [testSigner('ecdsa-p256')],
    timestamp: [testSigner('rsa-pss')],
  };
  image.threshold = 3;
  await image.publishRoot();
  await image.publishRoot();
  await image.publishTargets();
  await image.publish();
  assert.deepEqual(await theirs.update(imagePath), Buffer.from(imageBytes));
  assert.equal(theirs.trustedVersion('root'), 3);
  assert.equal(await ours(), 'good');
});

interface Attack {
  readonly name: string;
  readonly theirs: RegExp;
  readonly ours: string;
  readonly act: (fleet: TestFleet) => Promise<void>;
}

const attacks: readonly Attack[] = [
  {
    name: 'targets of a stranger',
    theirs: /UnsignedMetadataError.*0\/2|0\/2 keys/,
    ours: 'targets-signatures-missing',
    act: async ({ image }) => {
      await image.publishTargets('targets', {}, testSigners(2));
      await image.publish();
    },
  },
  {
    name: 'half a threshold',
    theirs: /1\/2 keys/,
    ours: 'targets-signatures-missing',
    act: async ({ image }) => {
      await image.publishTargets('targets', {}, image.holders.targets.slice(0, 1));
      await image.publish();
    },
  },
  {
    name: 'a fleet file of a stranger',
    theirs: /0\/1 keys/,
    ours: 'delegation-wrong-keys',
    act: async ({ image }) => {
      await image.publishTargets('thermostat', {}, testSigners(1));
      await image.publish();
    },
  },
  {
    name: 'a root by one officer',
    theirs: /1\/2 keys/,
    ours: 'root-signatures-missing',
    act: async ({ image }) => void (await image.publishRoot({}, image.holders.root.slice(0, 1))),
  },
  {
    name: 'an older timestamp',
    theirs: /BadVersionError|older|less than/i,
    ours: 'timestamp-version-fell',
    act: async ({ image }) => void (await image.publishTimestamp({ version: 1 })),
  },
  {
    name: 'an expired timestamp',
    theirs: /ExpiredMetadataError|expired/i,
    ours: 'metadata-expired',
    act: async ({ image }) => void (await image.publishTimestamp({ expiresAt: Date.now() - dayMs })),
  },
  {
    name: 'an expired root',
    theirs: /ExpiredMetadataError|expired/i,
    ours: 'metadata-expired',
    act: async ({ image }) => void (await image.publishRoot({ expiresAt: Date.now() - dayMs })),
  },
  {
    name: 'a mixed snapshot',
    theirs: /hash|length/i,
    ours: 'snapshot-hash',
    act: async ({ image }) => {
      const old = image.file('2.snapshot.json');
      await image.publishTargets();
      await image.publish();
      image.files.set('3.snapshot.json', old);
    },
  },
  {
    name: 'a snapshot that drops the fleet',
    theirs: /missing|BadVersion/i,
    ours: 'target-entry-vanished',
    act: async ({ image }) => {
      image.meta.delete('thermostat');
      await image.publish();
    },
  },
  {
    name: 'an endless timestamp',
    theirs: /DownloadLengthMismatchError|Max length/i,
    ours: 'metadata-too-large',
    act: async ({ image }) => void image.files.set('timestamp.json', new Uint8Array(4_000_000)),
  },
];

for (const { name, theirs: expected, ours: code, act } of attacks) {
  test(`both clients refuse ${name}`, async (t) => {
    const { fleet, theirs, ours } = await setUp(t, async ({ image }) => await image.publish());
    assert.deepEqual(await theirs.update(imagePath), Buffer.from(imageBytes));
    assert.equal(await ours(), 'good');
    await act(fleet);
    await assert.rejects(theirs.update(imagePath), (error) => {
      assert.match(describe(error), expected);
      return true;
    });
    assert.equal(await ours(), code);
  });
}

test('tuf-js refuses changed and endless bytes of a target by the length and hash that we listed', async (t) => {
  const { served, theirs } = await setUp(t);
  const [wire] = served.targets.keys();
  assert.ok(wire);
  served.targets.set(wire, Buffer.from('an image of thermostat 2.0.1'));
  await assert.rejects(theirs.update(imagePath), (error) => /LengthOrHashMismatch|hash/i.test(describe(error)));
  served.targets.set(wire, 'endless');
  await assert.rejects(theirs.update(imagePath), (error) => /DownloadLengthMismatch|length/i.test(describe(error)));
});

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name} ${error.constructor.name} ${error.message}` : String(error);
}
