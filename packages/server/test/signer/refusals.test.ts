import assert from 'node:assert/strict';
import test from 'node:test';
import { deviceId, digest, FettleError } from '@fettle/model';
import { encodeMetadata, fileMetaOf, type TargetFile, type TargetsMetadata } from '@fettle/trust';
import type { RefusalReason } from '../../src/signer/rules/refusal.ts';
import { openTestSigner, type TestSigner } from './open-signer.ts';
import {
  evidenceOf,
  foundRepository,
  newSigners,
  Officers,
  targetPair,
  testFleet,
  testTenant,
  wholeSecond,
} from './signed-repositories.ts';

type Found = Awaited<ReturnType<typeof foundRepository>>;
type Attempt = (found: Found, signer: TestSigner) => Promise<unknown>;

const device = deviceId('SN-1');
const dayMs = 86_400_000;
const image = (role: 'snapshot' | 'timestamp') => ({ tenant: testTenant, repository: 'image', role }) as const;
const director = (role: 'targets' | 'snapshot' | 'timestamp') =>
  ({ tenant: testTenant, repository: 'director', role, device }) as const;

/** Asks for a director's targets with one target for a device. */
async function assign(
  { hand, target }: Found,
  change: Partial<TargetsMetadata> = {},
  listed: readonly (readonly [string, TargetFile])[] = [[target.path, target.director]],
) {
  const common = await hand.next(director('targets'), 7);
  const empty = { delegations: undefined, device, floors: new Map<string, number>() };
  return hand.sign(director('targets'), { type: 'targets', ...common, ...empty, targets: new Map(listed), ...change });
}

async function show({ hand }: Found, ...evidence: readonly ReturnType<typeof evidenceOf>[]) {
  return await hand.signImage(evidence);
}

/** A release that the image repository lists with these facts, then assigned. */
async function listThenAssign(
  found: Found,
  pair: ReturnType<typeof targetPair>,
  change: Partial<TargetsMetadata> = {},
) {
  const targets = new Map([[pair.path, pair.image]]);
  const fleet = await found.officers.makeFleet(2, { targets, ...change });
  found.hand.list(testFleet, fleet);
  await show(found, evidenceOf(testFleet, fleet));
  return await assign(found, {}, [[pair.path, pair.director]]);
}

const rows: readonly (readonly [string, RefusalReason, Attempt])[] = [
  [
    'bytes that are not canonical',
    'payload-unreadable',
    ({ hand }) => hand.signer.sign({ of: image('snapshot'), payload: Buffer.from('{"_type": "snapshot"}') }),
  ],
  [
    'a member that nobody knows, deep inside',
    'payload-unreadable',
    async ({ hand }) => {
      const metadata = { type: 'snapshot', ...(await hand.next(image('snapshot'), 6)), meta: hand.meta } as const;
      const text = Buffer.from(encodeMetadata(metadata)).toString('utf8').replace('"hashes":', '"hash":1,"hashes":');
      return await hand.signer.sign({ of: image('snapshot'), payload: Buffer.from(text) });
    },
  ],
  [
    'a member that nobody knows, on top',
    'unknown-members',
    async ({ hand }) => {
      const common = { ...(await hand.next(image('snapshot'), 6)), unknown: { also: 1 } };
      return await hand.sign(image('snapshot'), { type: 'snapshot', ...common, meta: hand.meta });
    },
  ],
  [
    'a version that skips one',
    'version-not-next',
    async ({ hand }) => {
      const common = { ...(await hand.next(image('snapshot'), 6)), version: 3 };
      return await hand.sign(image('snapshot'), { type: 'snapshot', ...common, meta: hand.meta });
    },
  ],
  [
    'the version that was signed last, with other contents',
    'already-signed-otherwise',
    async ({ hand }) => {
      const common = { ...(await hand.next(image('snapshot'), 5)), version: 1 };
      return await hand.sign(image('snapshot'), { type: 'snapshot', ...common, meta: hand.meta });
    },
  ],
  [
    'an older version',
    'version-not-next',
    async ({ hand }) => {
      await hand.signImage();
      const common = { ...(await hand.next(image('snapshot'), 6)), version: 1 };
      return await hand.sign(image('snapshot'), { type: 'snapshot', ...common, meta: hand.meta });
    },
  ],
  [
    'a timestamp for two days',
    'expiry-out-of-bounds',
    async ({ hand, files }) => {
      const snapshot = fileMetaOf(1, files.snapshot.bytes);
      return await hand.sign(image('timestamp'), {
        type: 'timestamp',
        ...(await hand.next(image('timestamp'), 2)),
        snapshot,
      });
    },
  ],
  [
    'a timestamp that has expired already',
    'expiry-out-of-bounds',
    async ({ hand, files }) => {
      const snapshot = fileMetaOf(1, files.snapshot.bytes);
      return await hand.sign(image('timestamp'), {
        type: 'timestamp',
        ...(await hand.next(image('timestamp'), -1)),
        snapshot,
      });
    },
  ],
  [
    'a snapshot in place of a timestamp',
    'wrong-type',
    async ({ hand }) =>
      hand.sign(image('timestamp'), {
        type: 'snapshot',
        ...(await hand.next(image('timestamp'), 0.9)),
        meta: hand.meta,
      }),
  ],
  [
    'a root, which only people sign',
    'wrong-type',
    async ({ hand, officers }, { client }) =>
      hand.sign(image('snapshot'), (await officers.makeRoot(client, 2)).metadata),
  ],
  [
    'a snapshot of a fleet role that was never shown',
    'not-verified',
    async ({ hand, officers }) => {
      hand.list(testFleet, await officers.makeFleet(2, {}));
      return await hand.signImage();
    },
  ],
  [
    'a snapshot of other bytes than were shown under this version',
    'not-verified',
    async ({ hand, officers }) => {
      hand.list(testFleet, await officers.makeFleet(1, { floors: new Map([['rootfs/board-a', 1]]) }));
      return await hand.signImage();
    },
  ],
  [
    'a snapshot that names a version without its hash',
    'not-verified',
    async ({ hand }) => {
      hand.meta.set(testFleet, { version: 1, length: undefined, sha256: undefined });
      return await hand.signImage();
    },
  ],
  [
    'a snapshot that lists a role no more',
    'entry-vanished',
    async ({ hand }) => {
      hand.meta.delete(testFleet);
      return await hand.signImage();
    },
  ],
  [
    'a snapshot that goes back to an older fleet role',
    'listed-version-fell',
    async (found) => {
      const fleet = await found.officers.makeFleet(2, {});
      found.hand.list(testFleet, fleet);
      await show(found, evidenceOf(testFleet, fleet));
      found.hand.list(testFleet, found.files.fleet);
      return await found.hand.signImage();
    },
  ],
  [
    'a timestamp that names the snapshot before the last',
    'listed-version-fell',
    async ({ hand, files }) => {
      await hand.signImage();
      const snapshot = fileMetaOf(1, files.snapshot.bytes);
      return await hand.sign(image('timestamp'), {
        type: 'timestamp',
        ...(await hand.next(image('timestamp'), 0.9)),
        snapshot,
      });
    },
  ],
  [
    'a timestamp of a snapshot with other bytes',
    'not-signed-last',
    async ({ hand }) => {
      const snapshot = fileMetaOf(1, Buffer.from('another snapshot'));
      return await hand.sign(image('timestamp'), {
        type: 'timestamp',
        ...(await hand.next(image('timestamp'), 0.9)),
        snapshot,
      });
    },
  ],
  ['targets of another device', 'wrong-device', (found) => assign(found, { device: deviceId('SN-2') })],
  ['targets of no device', 'device-missing', (found) => assign(found, { device: undefined })],
  [
    'a director that delegates',
    'director-delegates',
    (found) => assign(found, { delegations: { keys: new Map(), roles: [] } }),
  ],
  [
    'more targets than a device may have components',
    'too-many-targets',
    (found) =>
      assign(
        found,
        {},
        Array.from({ length: 65 }, (_, at) => [`a/b/${at}`, found.target.director] as const),
      ),
  ],
  [
    'two targets for one component',
    'component-assigned-twice',
    async (found) => {
      const other = targetPair('2.1.0');
      const targets = new Map([found.target, other].map(({ path, image: file }) => [path, file]));
      const fleet = await found.officers.makeFleet(2, { targets });
      found.hand.list(testFleet, fleet);
      await show(found, evidenceOf(testFleet, fleet));
      return await assign(
        found,
        {},
        [found.target, other].map(({ path, director: file }) => [path, file]),
      );
    },
  ],
  [
    'a target that no offline key has signed: the targeted build',
    'target-not-found',
    (found) => {
      const secret = targetPair('6.6.6');
      return assign(found, {}, [[secret.path, secret.director]]);
    },
  ],
  [
    'a target outside what is delegated to the role that lists it',
    'target-not-found',
    async (found) => {
      const pair = targetPair('3.0.0');
      const outside = { ...pair, path: pair.path.replace(testFleet, 'heater') };
      return await listThenAssign(found, outside);
    },
  ],
  [
    'a target while the image repository is stale',
    'target-not-found',
    async (found, signer) => {
      signer.now += 2 * dayMs;
      found.hand.now = signer.now;
      return await assign(found);
    },
  ],
  [
    'a target that a fleet key signed which is delegated to no more',
    'target-not-found',
    async (found) => {
      found.officers.fleet = newSigners(1);
      const targets = await found.officers.makeTargets(2);
      found.hand.list('targets', targets);
      await show(found, evidenceOf('targets', targets));
      return await assign(found);
    },
  ],
  [
    'a target with another hash',
    'target-differs',
    (found) => assign(found, {}, [[found.target.path, { ...found.target.director, sha256: digest('0'.repeat(64)) }]]),
  ],
  [
    'a target with another length',
    'target-differs',
    (found) => assign(found, {}, [[found.target.path, { ...found.target.director, length: 1 }]]),
  ],
  [
    'a target for another device type than the image repository says',
    'target-differs',
    (found) => assign(found, {}, [[found.target.path, targetPair('2.0.0', { releaseCounter: 9 }).director]]),
  ],
  [
    'a target below the floor of its role',
    'target-below-floor',
    (found) => listThenAssign(found, targetPair('1.9.0'), { floors: new Map([['rootfs/board-a', 8]]) }),
  ],
  [
    'a target as the image repository lists it, which says not for whom',
    'target-malformed',
    (found) => assign(found, {}, [[found.target.path, found.target.image]]),
  ],
  [
    'a director snapshot before its targets',
    'not-signed-last',
    async ({ hand }) => {
      const meta = new Map([['targets', fileMetaOf(1, Buffer.from('targets'))]]);
      return await hand.sign(director('snapshot'), {
        type: 'snapshot',
        ...(await hand.next(director('snapshot'), 7)),
        meta,
      });
    },
  ],
  [
    "a director snapshot with another device's targets",
    'not-signed-last',
    async (found) => {
      const { hand, target } = found;
      const [other] = await hand.signDirectorSet(deviceId('SN-2'), new Map([[target.path, target.director]]));
      await assign(found);
      const meta = new Map([['targets', fileMetaOf(1, other?.bytes ?? Buffer.of())]]);
      return await hand.sign(director('snapshot'), {
        type: 'snapshot',
        ...(await hand.next(director('snapshot'), 7)),
        meta,
      });
    },
  ],
  [
    'a director snapshot that lists more than its targets',
    'not-signed-last',
    async (found) => {
      const made = await assign(found);
      const targets = fileMetaOf(1, made.bytes);
      const meta = new Map([
        ['targets', targets],
        ['more', targets],
      ]);
      const { hand } = found;
      return await hand.sign(director('snapshot'), {
        type: 'snapshot',
        ...(await hand.next(director('snapshot'), 7)),
        meta,
      });
    },
  ],
  [
    'evidence that is no metadata',
    'evidence-unreadable',
    (found) => show(found, { repository: 'image', role: 'targets', version: 2, text: '{}' }),
  ],
  [
    'evidence of the director, which nothing is judged by',
    'evidence-unreadable',
    (found) => show(found, { ...evidenceOf('root', found.files.root), repository: 'director' }),
  ],
  [
    'targets with one signature of two',
    'evidence-not-signed',
    async (found) => {
      const targets = await found.officers.makeTargets(2, found.officers.targets.slice(0, 1));
      return await show(found, evidenceOf('targets', targets));
    },
  ],
  [
    'a fleet role signed by a stranger',
    'evidence-not-signed',
    async (found) => show(found, evidenceOf(testFleet, await found.officers.makeFleet(2, {}, newSigners(1)))),
  ],
  [
    'a fleet role that nobody delegates to',
    'evidence-not-signed',
    async (found) => show(found, evidenceOf('heater', await found.officers.makeFleet(1, {}))),
  ],
  [
    'a root that only its own new keys have signed',
    'evidence-not-signed',
    async (found, { client }) => {
      const thieves = new Officers(found.hand.now);
      return await show(found, evidenceOf('root', await thieves.makeRoot(client, 2)));
    },
  ],
  [
    'another first root than the one that is pinned',
    'evidence-not-next',
    async (found, { client }) => {
      const others = new Officers(found.hand.now);
      return await show(found, evidenceOf('root', await others.makeRoot(client, 1)));
    },
  ],
  [
    'a root that skips one',
    'evidence-not-next',
    async (found, { client }) => show(found, evidenceOf('root', await found.officers.makeRoot(client, 3))),
  ],
  [
    'an older fleet role than was shown',
    'evidence-older',
    async (found) => {
      const { officers, hand } = found;
      const fleet = await officers.makeFleet(3, {});
      hand.list(testFleet, fleet);
      await show(found, evidenceOf(testFleet, fleet));
      return await show(found, evidenceOf(testFleet, await officers.makeFleet(2, {})));
    },
  ],
];

for (const [what, reason, attempt] of rows) {
  test(`the signer refuses ${what}: ${reason}`, async (t) => {
    const signer = await openTestSigner(t);
    const found = await foundRepository(signer.client, wholeSecond(signer.now));
    const error = await attempt(found, signer).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof FettleError, `it was signed, or failed otherwise: ${String(error)}`);
    assert.deepEqual(
      [error.code, error.details.reason, error.retryable],
      ['signing-refused', reason, false],
      error.message,
    );
    await signer.stop();
    const last = signer.log().at(-1);
    assert.deepEqual([last?.verdict, last?.message], [reason, error.message.slice(0, 300)]);
    assert.deepEqual(signer.failures, []);
  });
}
