import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createFleet,
  fleetPermissions,
  nextCounter,
  publishingPermissions,
  publishTargets,
  type Scope,
  trustState,
} from '@fettle/control';
import { FettleError, type FleetId, fleetId, type ReleaseSource } from '@fettle/model';
import { createTrustWorld } from './trust/trust-world.ts';

const source: ReleaseSource = {
  ...{ publisher: 'ci', issuer: 'https://issuer.test', repository: 'acme/thermostat', repositoryId: '1001' },
  ...{ workflow: 'w', ref: 'refs/tags/v1', sha: 'ab', runUrl: null },
};

test('a job publishes signed targets of its fleet with snapshot and timestamp, and those of no other fleet', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const scope: Scope = {
    tenant: t.admin.tenant,
    actor: 'publisher:ci',
    permissions: new Set(publishingPermissions),
    only: { fleet: t.fleet, deviceTypes: [], source },
  };
  await t.release('1.0.0');
  const text = await t.officers.release(await t.manifest('1.1.0'));
  const other = fleetId('router');
  await createFleet(t.admin, t.brain, { id: other, deviceTypes: ['board-a'] });
  const isRefused = (error: unknown) => error instanceof FettleError && ['forbidden', 'not-found'].includes(error.code);
  await assert.rejects(publishTargets(scope, t.brain, other, text), isRefused);
  await assert.rejects(nextCounter(scope, t.brain, other), isRefused);
  const elsewhere: Scope = { ...scope, only: { fleet: other, deviceTypes: [], source } };
  await assert.rejects(publishTargets(elsewhere, t.brain, t.fleet, text), isRefused);
  const typed: Scope = { ...scope, only: { fleet: t.fleet, deviceTypes: ['board-z' as never], source } };
  await assert.rejects(publishTargets(typed, t.brain, t.fleet, text), isRefused);
  const { release, created } = await publishTargets(scope, t.brain, t.fleet, text);
  assert.equal(created, true, 'nothing was left half done');
  assert.deepEqual(release.source, source);
});

test('a token that is bound to a fleet publishes signed targets of it, and those of no other fleet', async () => {
  await using t = await createTrustWorld();
  await t.begin();
  const bound = (fleet: FleetId): Scope => ({
    tenant: t.admin.tenant,
    actor: 'operator:ci',
    permissions: new Set(fleetPermissions),
    fleets: new Set([fleet]),
  });
  await t.release('1.0.0');
  const text = await t.officers.release(await t.manifest('1.1.0'));
  const other = fleetId('router');
  await createFleet(t.admin, t.brain, { id: other, deviceTypes: ['board-a'] });
  await assert.rejects(publishTargets(bound(other), t.brain, t.fleet, text), { code: 'not-found' });
  await assert.rejects(trustState(bound(t.fleet), t.brain), { code: 'forbidden' });
  const { release, created } = await publishTargets(bound(t.fleet), t.brain, t.fleet, text);
  assert.deepEqual([created, release.version], [true, '1.1.0']);
});
