import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ComponentName,
  componentName,
  type DeviceType,
  deviceType,
  digest,
  fleetId,
  type Manifest,
} from '@fettle/model';
import fc from 'fast-check';
import { encodeTargets } from './encode-metadata.ts';
import { manifestOfTargets, targetPath, targetsOfManifest } from './manifest-of-targets.ts';
import { openMetadata } from './open-metadata.ts';
import { signMetadata } from './sign-metadata.ts';
import { signableText } from './target-custom.ts';

const fleet = fleetId('thermostat');
const anyName = fc.stringMatching(/^[a-z0-9](?:[a-z0-9._-]{0,20}[a-z0-9])?$/);
const plain = { noNullPrototype: true } as const;
const anyCounter = fc.integer({ min: 1, max: 2 ** 40 });
const anyArtifact = fc.record(
  {
    deviceType: anyName.map((name): DeviceType => deviceType(name)),
    component: anyName.map((name): ComponentName => componentName(name)),
    kind: fc.constantFrom('image' as const, 'delta' as const, 'bundle' as const),
    digest: fc.stringMatching(/^[0-9a-f]{64}$/).map(digest),
    sizeBytes: fc.integer({ min: 1, max: 2 ** 36 }),
    hardware: fc.array(fc.stringMatching(/^[A-Z][0-9]?$/), { maxLength: 3 }),
  },
  plain,
);
const anyManifest: fc.Arbitrary<Manifest> = fc.record(
  {
    fleet: fc.constant(fleet),
    version: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.+_~-]{0,30}$/),
    counter: anyCounter,
    securityFloor: fc.constant(0),
    allowDowngrade: fc.boolean(),
    mustPassThrough: fc.boolean(),
    requires: fc.array(fc.record({ component: anyName.map(componentName), counter: anyCounter }, plain), {
      maxLength: 3,
    }),
    artifacts: fc.uniqueArray(anyArtifact, {
      minLength: 1,
      maxLength: 8,
      selector: ({ deviceType: type, component }) => `${type}/${component}`,
    }),
    notes: fc.string({ unit: 'binary', maxLength: 200 }),
  },
  plain,
);

const placed = (manifest: Manifest) => [...targetsOfManifest(manifest)].map(([path, target]) => ({ path, target }));

function inOrder(manifest: Manifest): Manifest {
  const path = (artifact: Manifest['artifacts'][number]) => targetPath({ ...manifest, ...artifact });
  const artifacts = [...manifest.artifacts].sort((a, b) => (path(a) < path(b) ? -1 : 1));
  return { ...manifest, artifacts, notes: signableText(manifest.notes) };
}

test('a manifest made into targets, signed, read again and made into a manifest is the same', async () => {
  await fc.assert(
    fc.asyncProperty(anyManifest, async (manifest) => {
      const signed = encodeTargets({
        type: 'targets',
        version: 1,
        expiresAt: 0,
        unknown: {},
        targets: targetsOfManifest(manifest),
        delegations: undefined,
        device: undefined,
        floors: new Map(),
      });
      const opened = openMetadata(await signMetadata(signed, []));
      assert.ok(opened.ok && opened.metadata.type === 'targets');
      const back = manifestOfTargets(
        fleet,
        [...opened.metadata.targets].map(([path, target]) => ({ path, target })),
      );
      assert.deepEqual(back, { ok: true, manifest: inOrder(manifest) });
    }),
  );
});

const sample: Manifest = {
  fleet,
  version: '2.0.0+7~rc1',
  counter: 9,
  securityFloor: 3,
  allowDowngrade: false,
  mustPassThrough: false,
  requires: [],
  artifacts: ['board-a', 'board-b'].map((type) => ({
    deviceType: deviceType(type),
    component: componentName('rootfs'),
    kind: 'image' as const,
    digest: digest('a'.repeat(64)),
    sizeBytes: 5,
    hardware: [],
  })),
  notes: '',
};

test('what a path cannot hold of a version is written otherwise', () => {
  assert.deepEqual(
    [...targetsOfManifest(sample).keys()],
    ['thermostat/rootfs/2.0.0_7_rc1.board-a', 'thermostat/rootfs/2.0.0_7_rc1.board-b'],
  );
});

const [first, second] = placed(sample) as [ReturnType<typeof placed>[number], ReturnType<typeof placed>[number]];
const changed = (custom: object) => ({
  ...second,
  target: { ...second.target, custom: { ...second.target.custom, ...custom } as never },
});
const match = second.target.custom.match as object;
const release = second.target.custom.release as object;

for (const [what, entries, says] of [
  ['no target', [], /one target or more/],
  ['another counter', [first, changed({ match: { ...match, releaseCounter: 10 } })], /to agree/],
  ['another floor', [first, changed({ release: { ...release, securityFloor: 4 } })], /to agree/],
  ['other notes', [first, changed({ release: { ...release, notes: 'x' } })], /to agree/],
  ['another version than its path', [changed({ match: { ...match, version: '9' } })], /the path/],
  ['another fleet', [{ ...first, path: first.path.replace('thermostat', 'other') }], /the path/],
  ['two device types', [changed({ match: { ...match, deviceTypes: ['board-a', 'board-b'] } })], /one device type/],
  ['no facts', [changed({ release: undefined })], /custom.release/],
  ['a floor above its counter', [changed({ release: { ...release, securityFloor: 10 } })], /forbids itself/],
  ['no bytes', [{ ...first, target: { ...first.target, length: 0 } }], /bytes/],
  ['one place twice', [first, first], /same device type/],
  ['no match', [changed({ match: 7 })], /custom.match/],
  ['a hardware revision without a name', [changed({ release: { ...release, hardware: [''] } })], /hardware/],
] as const) {
  test(`targets with ${what} make no manifest`, () => {
    const verdict = manifestOfTargets(fleet, entries);
    assert.ok(!verdict.ok);
    assert.match(verdict.message, says);
  });
}

test('more targets than a release may have make no manifest', () => {
  const verdict = manifestOfTargets(
    fleet,
    Array.from({ length: 257 }, () => first),
  );
  assert.ok(!verdict.ok && /at most 256/.test(verdict.message));
});

test('a path longer than paths may be is refused', () => {
  const long = { ...sample, version: 'v'.repeat(64), fleet: fleetId('f'.repeat(64)) };
  const artifacts = long.artifacts.map((artifact) => ({
    ...artifact,
    component: componentName('c'.repeat(64)),
    deviceType: deviceType('d'.repeat(64)),
  }));
  assert.throws(() => targetsOfManifest({ ...long, artifacts }), /invalid-input|no path/);
});
