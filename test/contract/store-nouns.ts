import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { componentName, deviceId, deviceType, groupName, limits, noCounts } from '@fettle/model';
import {
  acme,
  claimTokenOf,
  countsOf,
  deploymentIdOf,
  deploymentOf,
  deviceOf,
  digestOf,
  eventOf,
  fleetOf,
  groupOf,
  holdIdOf,
  holdOf,
  type Open,
  operatorTokenOf,
  prepare,
  releaseIdOf,
  releaseOf,
  reportOf,
  rolloutIdOf,
  rolloutOf,
  scopeOf,
  searchOf,
  thermostats,
  uploadOf,
} from './store-fixtures.ts';
import { withStore } from './with-store.ts';

const nobody = deviceId('nobody');

/** What goes in comes out, noun by noun. */
export function storesNouns(open: Open): void {
  describe('nouns', () => {
    it('keeps a fleet and its changes', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const changed = fleetOf(acme, thermostats, { securityFloor: 9, keys: [] });
        assert.deepEqual(await store.reads(scope).fleet(thermostats), fleetOf(acme));
        await store.transact(scope, (tx) => tx.updateFleet(changed));
        assert.deepEqual(await store.reads(scope).fleet(thermostats), changed);
        await assert.rejects(
          store.transact(scope, (tx) => tx.insertFleet(changed)),
          { code: 'already-exists' },
        );
      }));

    it('keeps the image policy of a fleet, and what was found in the images of a release', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const reads = store.reads(scope);
        const place = { component: componentName('rootfs'), deviceType: deviceType('board-a') };
        const rule = { ...place, format: 'mcuboot', keys: ['pem', 'other pem'], required: true, sameVersion: false };
        const strict = fleetOf(acme, thermostats, { imagePolicy: [rule] });
        await store.transact(scope, (tx) => tx.updateFleet(strict));
        assert.deepEqual(await reads.fleet(thermostats), strict);
        await store.transact(scope, (tx) => tx.updateFleet(fleetOf(acme)));
        assert.deepEqual(await reads.fleet(thermostats), fleetOf(acme));
        const known = { ...place, format: 'mcuboot', version: '1.2.3+4', counter: 4_294_967_295 };
        const images = [known, { ...place, format: 'raw', version: null, counter: null }];
        await store.transact(scope, (tx) => tx.insertRelease(releaseOf(12, { images })));
        assert.deepEqual(await reads.release(releaseIdOf(12)), releaseOf(12, { images }));
        await store.transact(scope, (tx) => tx.updateRelease(releaseOf(12, { status: 'revoked' })));
        const kept = (await reads.releases(thermostats, { limit: 5 })).items.find(({ counter }) => counter === 12);
        assert.deepEqual(kept, releaseOf(12, { images, status: 'revoked' }), 'what was found never changes');
      }));

    it('keeps groups by name until they are deleted', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          await tx.saveGroup(groupOf('beta'));
          await tx.saveGroup(groupOf('alpha'));
          await tx.saveGroup(groupOf('beta', 'type != "board-b"'));
        });
        const reads = store.reads(scope);
        assert.deepEqual(await reads.groups(thermostats), [groupOf('alpha'), groupOf('beta', 'type != "board-b"')]);
        await store.transact(scope, (tx) => tx.deleteGroup(thermostats, groupName('beta')));
        assert.equal(await reads.group(thermostats, groupName('beta')), undefined);
        assert.deepEqual(await reads.group(thermostats, groupName('alpha')), groupOf('alpha'));
      }));

    it('keeps claim tokens, found by hash', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const token = claimTokenOf('a');
        const used = { ...token, usesLeft: 4, expiresAt: 77, revokedAt: 78 };
        await store.transact(scope, (tx) => tx.insertClaimToken(token));
        assert.deepEqual(await store.reads(scope).claimToken(token.hash), token);
        await store.transact(scope, (tx) => tx.updateClaimToken(used));
        assert.deepEqual(await store.reads(scope).claimTokens(thermostats), [used]);
        assert.equal(await store.reads(scope).claimToken(digestOf('other')), undefined);
      }));

    it('keeps operator tokens, found by hash before the tenant is known, and the first time of revoking', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const token = operatorTokenOf(acme, 'a');
        await store.transact(scope, (tx) => tx.insertOperatorToken(token));
        assert.deepEqual(await store.operatorTokenByHash(token.hash), token);
        await store.transact(scope, (tx) => tx.revokeOperatorToken('a', 50));
        await store.transact(scope, (tx) => tx.revokeOperatorToken('a', 60));
        assert.deepEqual(await store.reads(scope).operatorTokens(), [{ ...token, revokedAt: 50 }]);
        assert.equal(await store.operatorTokenByHash(digestOf('other')), undefined);
      }));

    it('keeps artifacts, which may come twice, and uploads with sizes over 4 GiB', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const artifact = { digest: digestOf('a'), sizeBytes: limits.artifactBytes };
        const upload = uploadOf('upl-1');
        await store.transact(scope, async (tx) => {
          await tx.insertArtifact(artifact, 1);
          await tx.insertArtifact(artifact, 2);
          await tx.insertUpload(upload);
          await tx.insertUpload(uploadOf('upl-0'));
          await tx.updateUpload({ ...upload, receivedBytes: 9_999_999_999 });
        });
        const reads = store.reads(scope);
        assert.deepEqual(await reads.artifact(artifact.digest), artifact);
        assert.equal(await reads.artifact(digestOf('b')), undefined);
        assert.deepEqual(await reads.upload('upl-1'), { ...upload, receivedBytes: 9_999_999_999 });
        await store.transact(scope, (tx) => tx.deleteUpload('upl-1'));
        assert.deepEqual(await reads.openUploads(), [uploadOf('upl-0')]);
      }));

    it('keeps releases, found by version, counter and artifact', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const reads = store.reads(scope);
        await store.transact(scope, (tx) => tx.insertRelease(releaseOf(12)));
        assert.deepEqual(await reads.release(releaseIdOf(12)), releaseOf(12));
        assert.deepEqual(await reads.releaseByVersion(thermostats, '1.0.12'), releaseOf(12));
        assert.equal(await reads.lastCounter(thermostats), 12);
        assert.equal(await reads.fleetHasArtifact(thermostats, digestOf('artifact 12')), true);
        assert.equal(await reads.fleetHasArtifact(thermostats, digestOf('artifact 13')), false);
        await store.transact(scope, (tx) => tx.updateRelease(releaseOf(12, { status: 'revoked' })));
        assert.equal((await reads.release(releaseIdOf(12)))?.status, 'revoked');
        for (const twin of [releaseOf(12, { id: releaseIdOf(2), counter: 13 }), releaseOf(12, { version: '2' })]) {
          const insert = store.transact(scope, (tx) => tx.insertRelease({ ...twin, id: releaseIdOf(99) }));
          await assert.rejects(insert, { code: 'already-exists' });
        }
      }));

    it('keeps rollouts, and refuses a change that is based on an old revision', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const started = rolloutOf(1, { status: 'running', startedAt: 5, revision: 2 });
        const paused = rolloutOf(1, { status: 'paused', revision: 2 });
        assert.deepEqual(await store.reads(scope).rollout(rolloutIdOf(1)), rolloutOf(1));
        assert.equal(await store.transact(scope, (tx) => tx.updateRollout(started)), true);
        assert.equal(await store.transact(scope, (tx) => tx.updateRollout(paused)), false);
        assert.equal(await store.transact(scope, (tx) => tx.updateRollout(rolloutOf(404, { revision: 2 }))), false);
        assert.deepEqual(await store.reads(scope).rollout(rolloutIdOf(1)), started);
      }));

    it('keeps holds until they are deleted, and the newest search for segments of a rollout', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const held = [holdOf('a'), holdOf('b', { rollout: rolloutIdOf(1), expression: 'attribute.hw == "C"' })];
        await store.transact(scope, async (tx) => {
          for (const hold of held) await tx.insertHold(hold);
          await tx.saveSegmentSearch(searchOf(1));
          await tx.saveSegmentSearch(searchOf(1, { at: 8, segments: [] }));
        });
        const reads = store.reads(scope);
        assert.deepEqual(await reads.holds(thermostats), held);
        assert.deepEqual(await reads.segmentSearch(rolloutIdOf(1)), searchOf(1, { at: 8, segments: [] }));
        assert.equal(await reads.segmentSearch(rolloutIdOf(9)), undefined);
        await store.transact(scope, (tx) => tx.deleteHold(holdIdOf('a')));
        assert.deepEqual(await reads.holds(thermostats), held.slice(1));
      }));

    it('adds up the counts of each phase', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const id = rolloutIdOf(1);
        await store.transact(scope, async (tx) => {
          await tx.addCounts(id, 1, { ...noCounts, started: 3, open: 3 });
          await tx.addCounts(id, 1, { ...noCounts, open: -2, succeeded: 1, failed: 1, rolledBack: 1, neutral: 4 });
          await tx.addCounts(id, 1, { ...noCounts, proven: 1 });
        });
        const summed = { started: 3, open: 1, succeeded: 1, failed: 1, rolledBack: 1, neutral: 4, proven: 1 };
        assert.deepEqual(await store.reads(scope).rolloutCounts(id, 3), [noCounts, summed, noCounts]);
        assert.deepEqual(await store.reads(scope).rolloutCounts(rolloutIdOf(404), 1), [noCounts]);
      }));

    it('keeps devices and counts them by status through every change', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const reads = store.reads(scope);
        const pending = deviceOf('dev-2', { status: 'pending' });
        const full = deviceOf('dev-2', {
          lastSeenAt: 1_700_000_000_001,
          openDeployment: deploymentIdOf(1),
          attributes: { __proto__x: 1, big: 1e21, text: '"\\\u2028\u0000', off: false },
          attempts: [
            {
              rollout: rolloutIdOf(1),
              release: releaseIdOf(1),
              deployment: deploymentIdOf(1),
              count: 1,
              lastStatus: 'offered',
              permanent: false,
              lastChangedAt: 3,
              counterBefore: 0,
            },
          ],
        });
        await store.transact(scope, (tx) => tx.insertDevice(pending));
        assert.deepEqual(await reads.device(pending.id), pending);
        assert.deepEqual(await reads.countDevices(thermostats), countsOf(1, 1));
        assert.equal(await reads.countPendingDevices(thermostats), 1);
        await store.transact(scope, (tx) => tx.updateDevice(full));
        assert.deepEqual(await reads.device(pending.id), full);
        assert.deepEqual(await reads.countDevices(thermostats), countsOf(0, 2));
        await store.transact(scope, (tx) => tx.deleteDevice(pending.id));
        await store.transact(scope, (tx) => tx.deleteDevice(nobody));
        assert.equal(await reads.device(pending.id), undefined);
        assert.deepEqual(await reads.countDevices(thermostats), countsOf(0, 1));
        assert.equal(await reads.countPendingDevices(thermostats), 0);
      }));

    it('writes last-seen times later, never back in time and never for a device that is gone', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        store.seen(scope, deviceOf('dev-1').id, 100);
        store.seen(scope, deviceOf('dev-1').id, 90);
        store.seen(scope, nobody, 100);
        await store.flushSeen();
        assert.equal((await store.reads(scope).device(deviceOf('dev-1').id))?.lastSeenAt, 100);
        await store.transact(scope, (tx) => tx.updateDevice(deviceOf('dev-1', { lastSeenAt: 95 })));
        assert.equal((await store.reads(scope).device(deviceOf('dev-1').id))?.lastSeenAt, 100);
        assert.equal(await store.reads(scope).device(nobody), undefined);
      }));

    it('keeps deployments, which outlive their device, and finds the overdue ones, oldest first', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const reads = store.reads(scope);
        const error = { code: 'health-failed', class: 'permanent', message: 'no' } as const;
        const ended = deploymentOf(1, { status: 'failed', deadlineAt: null, error, lastSequence: 4 });
        await store.transact(scope, async (tx) => {
          for (const at of [3, 1, 2]) await tx.insertDeployment(deploymentOf(at));
        });
        assert.deepEqual(await reads.deployment(deploymentIdOf(2)), deploymentOf(2));
        assert.deepEqual(await reads.overdueDeployments(1_002, 10), [deploymentOf(1), deploymentOf(2)]);
        assert.deepEqual(await reads.overdueDeployments(9_999, 1), [deploymentOf(1)]);
        await store.transact(scope, (tx) => tx.updateDeployment(ended));
        assert.deepEqual(await reads.deployment(deploymentIdOf(1)), ended);
        assert.deepEqual(await reads.overdueDeployments(9_999, 10), [deploymentOf(2), deploymentOf(3)]);
        await store.transact(scope, (tx) => tx.deleteDevice(deviceOf('dev-1').id));
        assert.deepEqual(await reads.deployment(deploymentIdOf(1)), ended);
      }));

    it('keeps each report once, in order of sequence, up to the limit', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const reads = store.reads(scope);
        const error = { code: 'x', class: 'transient', message: 'm' } as const;
        await store.transact(scope, async (tx) => {
          await tx.insertDeployment(deploymentOf(1));
          assert.equal(await tx.insertReport(reportOf(2, { error }), 20), true);
          assert.equal(await tx.insertReport(reportOf(1), 21), true);
          assert.equal(await tx.insertReport(reportOf(2, { status: 'succeeded' }), 22), false);
        });
        const kept = [
          { ...reportOf(1), receivedAt: 21 },
          { ...reportOf(2, { error }), receivedAt: 20 },
        ];
        assert.deepEqual(await reads.reports(deploymentIdOf(1)), kept);
        await store.transact(scope, async (tx) => {
          for (let i = 3; i < limits.reportsPerDeployment + 10; i++) {
            assert.equal(await tx.insertReport(reportOf(i), i), true);
          }
        });
        assert.equal((await reads.reports(deploymentIdOf(1))).length, limits.reportsPerDeployment);
      }));

    it('numbers audit events from 1 without gaps, with the actor of the scope and its own time', () =>
      withStore(open, async ({ store, clock }) => {
        const scope = await prepare(store);
        clock.time = 4_242;
        await store.transact(scopeOf(acme, 'device:dev-1'), (tx) => tx.appendAudit(eventOf('fleet/a')));
        const failing = store.transact(scope, async (tx) => {
          await tx.appendAudit(eventOf('fleet/never'));
          throw new Error('changed my mind');
        });
        await assert.rejects(failing, /changed my mind/);
        await store.transact(scope, (tx) => tx.appendAudit(eventOf('fleet/b', { before: digestOf('before') })));
        const { items } = await store.reads(scope).auditEvents({ limit: 10, oldestFirst: true });
        assert.deepEqual(items, [
          { ...eventOf('fleet/a'), sequence: 1, at: 4_242, actor: 'device:dev-1' },
          { ...eventOf('fleet/b', { before: digestOf('before') }), sequence: 2, at: 4_242, actor: 'operator:ada' },
        ]);
      }));

    it('lists tenants and draws one secret for ever', () =>
      withStore(open, async ({ store }) => {
        await prepare(store);
        await store.createTenant(acme, 2);
        assert.deepEqual(await store.tenants(), [acme]);
        const [one, two] = await Promise.all([store.secret(), store.secret()]);
        assert.equal(one.byteLength, 32);
        assert.deepEqual(one, two);
      }));

    it('says not-found for changes of what is not there', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const missing = [
          store.transact(scope, (tx) => tx.updateFleet({ ...fleetOf(acme), id: 'none' as never })),
          store.transact(scope, (tx) => tx.updateClaimToken(claimTokenOf('none'))),
          store.transact(scope, (tx) => tx.revokeOperatorToken('none', 1)),
          store.transact(scope, (tx) => tx.updateUpload(uploadOf('none'))),
          store.transact(scope, (tx) => tx.updateRelease(releaseOf(404))),
          store.transact(scope, (tx) => tx.updateDevice(deviceOf('nobody'))),
          store.transact(scope, (tx) => tx.updateDeployment(deploymentOf(404))),
          store.transact(scope, (tx) => tx.insertReport(reportOf(1, { deployment: deploymentIdOf(404) }), 1)),
          store.transact(scope, (tx) => tx.addCounts(rolloutIdOf(404), 0, noCounts)),
          store.transact(scope, (tx) => tx.insertDevice(deviceOf('x', { fleet: 'none' as never }))),
        ];
        for (const change of missing) await assert.rejects(change, { code: 'not-found' });
      }));
  });
}
