import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentName, type DeviceId, type Digest, deviceType } from '@fettle/model';
import fc from 'fast-check';
import { encodeCanonical, isCanonicalString, type JsonObject } from './canonical.ts';
import { encodeMetadata } from './encode-metadata.ts';
import { type Metadata, targetWirePath, wireName } from './metadata.ts';
import { openMetadata, openPayload } from './open-metadata.ts';
import { assembleFile } from './sign-metadata.ts';
import { encodeTargetCustom, readTargetCustom, signableText, type TargetCustom } from './target-custom.ts';
import { keysOf, roleOf, testSigner, testSigners } from './testing/test-signer.ts';

const seeded = { seed: 20_265, numRuns: 200 };
const signers = [...testSigners(3), testSigner('ecdsa-p256'), testSigner('ml-dsa-44')];
const name = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter(isCanonicalString);
const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/).map((digits) => digits as Digest);
const instant = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1_000);
const counter = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const unknown: fc.Arbitrary<JsonObject> = fc.dictionary(
  name.map((key) => `x-${key}`),
  fc.oneof(text, fc.boolean()),
  { maxKeys: 2, noNullPrototype: true },
);
const common = { version: counter, expiresAt: instant, unknown };
const role = fc.constantFrom(roleOf(signers, 2), roleOf(signers.slice(0, 1), 1), { keyids: [], threshold: 1 });
const keys = fc.constant(keysOf(...signers));
const meta = fc.record({
  version: counter,
  length: fc.option(counter, { nil: undefined }),
  sha256: fc.option(sha256, { nil: undefined }),
});
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const tableOf = <T>(key: fc.Arbitrary<string>, value: fc.Arbitrary<T>) =>
  fc.uniqueArray(fc.tuple(key, value), { selector: ([entry]) => entry, maxLength: 4 }).map((pairs) => new Map(pairs));

const metadata: fc.Arbitrary<Metadata> = fc.oneof(
  fc.record({
    type: fc.constant('root' as const),
    ...common,
    keys,
    roles: fc.record({ root: role, targets: role, snapshot: role, timestamp: role }),
    time: fc.option(
      fc.record({
        keys: fc.constant([...keysOf(testSigner()).values()]),
        floor: fc.option(instant, { nil: undefined }),
      }),
      { nil: undefined },
    ),
  }),
  fc.record({
    type: fc.constant('targets' as const),
    ...common,
    targets: tableOf(path, fc.record({ length: fc.nat(), sha256, custom: unknown })),
    delegations: fc.option(
      fc.record({
        keys,
        roles: fc.uniqueArray(
          fc
            .tuple(name, role, fc.array(path, { maxLength: 2 }), fc.boolean())
            .map(([id, held, paths, terminating]) => ({ name: `r-${id}`, ...held, paths, terminating })),
          { selector: (delegated) => delegated.name, maxLength: 3 },
        ),
      }),
      { nil: undefined },
    ),
    device: fc.option(fc.constant('SN:1' as DeviceId), { nil: undefined }),
    floors: tableOf(path, fc.nat()),
  }),
  fc.record({
    type: fc.constant('snapshot' as const),
    ...common,
    meta: tableOf(
      name.map((id) => `r-${id}`),
      meta,
    ),
  }),
  fc.record({ type: fc.constant('timestamp' as const), ...common, snapshot: meta }),
);

test('metadata of every type is read back as it was, unknown members and all', () => {
  fc.assert(
    fc.property(metadata, (given) => {
      const bytes = encodeMetadata(given);
      const opened = openMetadata(assembleFile(bytes, []));
      assert.ok(opened.ok, JSON.stringify(opened));
      assert.deepEqual(sorted(opened.metadata), sorted(given));
      assert.deepEqual(Buffer.from(opened.file.signedBytes), Buffer.from(bytes));
      assert.deepEqual(openPayload(bytes), { ok: true, metadata: opened.metadata });
    }),
    seeded,
  );
});

const custom: fc.Arbitrary<TargetCustom> = fc.record({
  match: fc.record({
    component: name.map(componentName),
    deviceTypes: fc.array(name.map(deviceType), { minLength: 1, maxLength: 3 }),
    version: fc.constantFrom('1.0.0', '2026.6+build~3'),
    releaseCounter: counter,
    nativeSignature: fc.option(fc.constant('mcuboot'), { nil: undefined }),
  }),
  info: fc.option(
    fc.record({
      format: fc.option(text, { nil: undefined }),
      nativeVersion: fc.option(text, { nil: undefined }),
      sbom: fc.option(sha256, { nil: undefined }),
      sourceDigest: fc.option(sha256, { nil: undefined }),
      encrypted: fc.boolean(),
    }),
    { nil: undefined },
  ),
  release: fc.option(
    fc.record({
      kind: fc.constantFrom('image' as const, 'bundle' as const),
      securityFloor: fc.nat(),
      allowDowngrade: fc.boolean(),
      mustPassThrough: fc.boolean(),
      requires: fc.array(fc.record({ component: name.map(componentName), counter }), { maxLength: 2 }),
      hardware: fc.array(text, { maxLength: 2 }),
      notes: text,
    }),
    { nil: undefined },
  ),
  assign: fc.option(
    fc.record({
      componentSerial: text,
      deployment: fc.option(text, { nil: undefined }),
      rollout: fc.option(text, { nil: undefined }),
      deltaFrom: fc.option(sha256, { nil: undefined }),
      url: fc.option(text, { nil: undefined }),
    }),
    { nil: undefined },
  ),
});

test('custom fields of a target are read back as they were', () => {
  fc.assert(
    fc.property(custom, (given) => {
      assert.deepEqual(sorted(readTargetCustom(encodeTargetCustom(given))), sorted(given));
    }),
    seeded,
  );
});

test('whatever people write as notes can be signed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (notes) => {
      assert.doesNotThrow(() => encodeCanonical(signableText(notes)));
    }),
    seeded,
  );
  assert.equal(signableText('a\r\nb\tc\rd'), 'a\nb c\nd');
});

test('names on the wire have a version or a hash, names inside have none', () => {
  assert.equal(wireName('root', 3), '3.root.json');
  assert.equal(wireName('timestamp', 3), 'timestamp.json');
  assert.equal(targetWirePath('a/b/c.img', { sha256: 'ff' as Digest }), 'a/b/ff.c.img');
  assert.equal(targetWirePath('c.img', { sha256: 'ff' as Digest }), 'ff.c.img');
});

const shapes: readonly (readonly [string, (signed: Record<string, unknown>) => void])[] = [
  [
    'a role besides the four',
    (signed) => Object.assign(signed.roles as object, { mirrors: { keyids: [], threshold: 1 } }),
  ],
  ['no snapshot role', (signed) => Reflect.deleteProperty(signed.roles as object, 'snapshot')],
  ['a threshold of 0', (signed) => Object.assign(rootRole(signed), { threshold: 0 })],
  [
    'a keyid twice',
    (signed) => (rootRole(signed).keyids as string[]).push(String((rootRole(signed).keyids as string[])[0])),
  ],
  ['a keyid without its key', (signed) => (rootRole(signed).keyids as string[]).push('0'.repeat(64))],
  ['consistent_snapshot false', (signed) => Object.assign(signed, { consistent_snapshot: false })],
  ['version 0', (signed) => Object.assign(signed, { version: 0 })],
  ['version 2 of the specification', (signed) => Object.assign(signed, { spec_version: '2.0.0' })],
  ['a fraction of a second', (signed) => Object.assign(signed, { expires: '2026-01-01T00:00:00.5Z' })],
  ['a day that does not exist', (signed) => Object.assign(signed, { expires: '2026-02-30T00:00:00Z' })],
  ['another type', (signed) => Object.assign(signed, { _type: 'mirrors' })],
  [
    'a key under the keyid of another',
    (signed) => {
      const table = signed.keys as Record<string, unknown>;
      const [first, second] = Object.keys(table);
      if (first && second) table[first] = table[second];
    },
  ],
];

for (const [what, spoil] of shapes) {
  test(`a root with ${what} is malformed`, () => {
    const held = roleOf(signers, 1);
    const roles = { root: held, targets: held, snapshot: held, timestamp: held };
    const root = { type: 'root', version: 1, expiresAt: 0, unknown: {}, keys: keysOf(...signers), roles } as const;
    const bytes = encodeMetadata({ ...root, time: undefined });
    const opened = openMetadata(assembleFile(bytes, []));
    assert.ok(opened.ok);
    const signed = structuredClone(opened.file.signed) as Record<string, unknown>;
    spoil(signed);
    const spoiled = openMetadata(assembleFile(encodeCanonical(signed as JsonObject), []));
    assert.equal(spoiled.ok === false && spoiled.code, 'metadata-malformed');
  });
}

function rootRole(signed: Record<string, unknown>): Record<string, unknown> {
  return (signed.roles as Record<string, Record<string, unknown>>).root ?? assert.fail();
}

/** Tables without their order, which canonical form does not keep. */
function sorted(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [key, sorted(entry)]));
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, sorted(entry)]));
}
