import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesSource, inspectImage, readImageKey, writeMcuboot } from '@fettle/images';
import { type Digest, deviceType, FettleError, type Fleet, type ImageRule, type Release } from '@fettle/model';
import { generateKeyPem, signerFromPem } from '@fettle/trust';
import { fleet as plainFleet, rootfs, sampleRelease } from '../../test/samples.ts';
import type { Brain } from '../brain.ts';
import type { InspectionOrder } from './image-inspector.ts';
import { demandImages, inspectImages, judgeByRule } from './inspect-artifact.ts';

const pair = generateKeyPem();
const rule: ImageRule = {
  component: rootfs,
  deviceType: deviceType('board-a'),
  format: 'mcuboot',
  keys: [pair.publicKeyPem],
  required: true,
  sameVersion: true,
};
const strict: Fleet = { ...plainFleet, imagePolicy: [rule] };
const image = (version: string, counter: number) =>
  writeMcuboot({ body: Buffer.alloc(500, 1), version, counter }, signerFromPem(pair.privateKeyPem));

/** A brain of which nothing is used but what looks into images; it remembers what it was asked. */
function brainOver(images: ReadonlyMap<Digest, Uint8Array>) {
  const orders: InspectionOrder[] = [];
  const inspect = async (order: InspectionOrder) => {
    orders.push(order);
    const bytes = images.get(order.digest);
    if (!bytes) throw new FettleError('not-found', 'no such artifact');
    return inspectImage(bytesSource(bytes), { keys: order.keys.map((pem) => ({ key: readImageKey(pem) })) });
  };
  return { brain: { inspector: { inspect } } as unknown as Brain, orders };
}

/** Earlier releases, newest first, in pages of two. */
function reads(releases: readonly Release[]) {
  return {
    async releases(_: Fleet['id'], { after = '0' }: { readonly after?: string | undefined }) {
      const from = Number(after);
      const next = from + 2 < releases.length ? String(from + 2) : null;
      return { items: releases.slice(from, from + 2), next };
    },
  };
}

const release = sampleRelease(4);
const [artifact] = release.artifacts;
assert.ok(artifact);
const withCounter = (n: number, counter: number | null, changes: Partial<Release> = {}) =>
  sampleRelease(n, {
    images: [{ component: rootfs, deviceType: rule.deviceType, format: 'mcuboot', version: null, counter }],
    ...changes,
  });

test('what was looked into under another policy publishes nothing', async () => {
  const { brain } = brainOver(new Map([[artifact.digest, await image('4.0.0', 1)]]));
  const inspected = await inspectImages(brain, plainFleet, release);
  await assert.rejects(demandImages(reads([]), strict, { manifest: release, inspected }), { code: 'wrong-state' });
  const never = demandImages(reads([]), strict, { manifest: release, inspected: undefined });
  await assert.rejects(never, { code: 'wrong-state' });
});

test('a server that cannot look into images publishes nothing that a rule names, and everything else', async () => {
  const blind = {} as unknown as Brain;
  await assert.rejects(inspectImages(blind, strict, release), { code: 'internal', message: /cannot/ });
  const inspected = await inspectImages(blind, plainFleet, release);
  assert.deepEqual(await demandImages(reads([]), plainFleet, { manifest: release, inspected }), []);
});

test('an artifact that cannot be looked into is no obstacle where nothing is demanded of it', async () => {
  const { brain } = brainOver(new Map());
  const inspected = await inspectImages(brain, plainFleet, release);
  assert.equal(inspected.byDigest.size, 0);
  await assert.rejects(inspectImages(brain, strict, release), { code: 'not-found' });
});

test('only so much of a release is looked at for free', async () => {
  const large = release.artifacts.map((one) => ({ ...one, sizeBytes: 100_000_000 }));
  const { brain, orders } = brainOver(new Map());
  await inspectImages(brain, plainFleet, { ...release, artifacts: large });
  assert.deepEqual(orders, []);
  await assert.rejects(inspectImages(brain, strict, { ...release, artifacts: large }), { code: 'not-found' });
  assert.equal(orders.length, 1, 'what a rule names is looked at whatever its size');
});

test('the counter is compared with the newest published image that has one, however many releases lie between', async () => {
  const { brain } = brainOver(new Map([[artifact.digest, await image('4.0.0', 6)]]));
  const manifest = { ...release, version: '4.0.0' };
  const inspected = await inspectImages(brain, strict, manifest);
  const judge = (earlier: readonly Release[]) => demandImages(reads(earlier), strict, { manifest, inspected });
  const between = [sampleRelease(3), sampleRelease(2), withCounter(2, null)];
  const found = await judge([...between, withCounter(1, 6)]);
  assert.deepEqual(found[0]?.counter, 6);
  await assert.rejects(judge([...between, withCounter(1, 7)]), {
    code: 'image-refused',
    message: /at least 7, found 6/,
  });
  await judge([withCounter(3, 7, { status: 'revoked' }), withCounter(2, 5)]);
});

test('a rule of a format that this server does not know lets nothing through', async () => {
  const inspection = await inspectImage(bytesSource(await image('1.0.0', 1)));
  const wrong = judgeByRule(inspection, { ...rule, format: 'wax' }, { version: '1.0.0', least: undefined });
  assert.equal(wrong?.code, 'format-mismatch');
});
