import assert from 'node:assert/strict';
import { it } from 'node:test';
import { deploymentId, deviceId, digest, fleetId, groupName, releaseId, rolloutId, tenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import { migrate } from './migrations.ts';
import { openWriter, type SqliteConnection } from './sqlite-connection.ts';
import { bindReads } from './tables.ts';

const made = 'a'.repeat(26);
const fleet = fleetId('f');
const page = { limit: 10, after: '1' };

/** Notes how the database would run every query. */
function watch(inner: SqliteConnection, plans: string[]): Connection {
  const note = async (sql: string, parameters: readonly unknown[]) => {
    const steps = await inner.all<{ detail: string }>(`explain query plan ${sql}`, parameters);
    plans.push(...steps.map((step) => step.detail));
  };
  return {
    dialect: inner.dialect,
    async all(sql, parameters) {
      await note(sql, parameters);
      return inner.all(sql, parameters);
    },
    async first(sql, parameters) {
      await note(sql, parameters);
      return inner.first(sql, parameters);
    },
    run: (sql, parameters) => inner.run(sql, parameters),
  };
}

it('finds everything by an index: no read walks a whole table or sorts', async () => {
  const database = openWriter(':memory:');
  await migrate(database);
  const plans: string[] = [];
  const reads = bindReads({ connection: watch(database, plans), tenant: tenantId('acme') });
  await reads.fleet(fleet);
  await reads.fleets(page);
  await reads.group(fleet, groupName('g'));
  await reads.groups(fleet);
  await reads.claimTokens(fleet);
  await reads.claimToken('hash');
  await reads.operatorTokens();
  await reads.artifact(digest('a'.repeat(64)));
  await reads.upload('u');
  await reads.openUploads();
  await reads.release(releaseId(`rel_${made}`));
  await reads.releaseByVersion(fleet, '1');
  await reads.releases(fleet, page);
  await reads.lastCounter(fleet);
  await reads.unknownReleases(fleet, page);
  await reads.unwatchedReleases(fleet, { setsKey: 'k', now: 1, limit: 10 });
  await reads.fleetHasArtifact(fleet, digest('a'.repeat(64)));
  await reads.rollout(rolloutId(`rol_${made}`));
  await reads.rollouts(fleet, page);
  await reads.rolloutCounts(rolloutId(`rol_${made}`), 1);
  await reads.device(deviceId('d'));
  await reads.devices({ fleet, ...page });
  await reads.devices({ fleet, ...page, status: 'pending' });
  await reads.fleetNames(fleet);
  await reads.countPendingDevices(fleet);
  await reads.countDevices(fleet);
  await reads.deployment(deploymentId(`dep_${made}`));
  await reads.deploymentsOfDevice(deviceId('d'), page);
  await reads.deploymentsOfRollout(rolloutId(`rol_${made}`), page);
  await reads.overdueDeployments(1, 10);
  await reads.reports(deploymentId(`dep_${made}`));
  const rollout = rolloutId(`rol_${made}`);
  await reads.gateState(rollout);
  await reads.gateTotals(rollout);
  await reads.gateWindow(rollout, deviceId('d'));
  await reads.countGateWindows(rollout, { side: 'treated', openedUntil: 1 });
  await reads.dueGateWindows(1, 10);
  await reads.rolloutWithGateWindows(rollout);
  await reads.hasGateEvent(rollout, deviceId('d'), '');
  await reads.gateEvents(rollout, { after: 0, limit: 10 });
  const after = { device: deviceId('d'), lastSeenAt: 1 };
  await reads.devicesSeenBetween(fleet, { after, until: 2, limit: 10 });
  await reads.auditEvents(page);
  await reads.auditEvents({ ...page, fleet, oldestFirst: true });
  await reads.auditEvents({ ...page, object: 'o' });

  assert.ok(plans.length > 30);
  for (const plan of plans) assert.doesNotMatch(plan, /^SCAN|TEMP B-TREE/, plan);
  assert.ok(plans.some((plan) => plan.includes('deployments_by_deadline (tenant=? AND deadline_at')));
  assert.ok(
    plans.some((plan) => plan.includes('devices_by_last_seen (tenant=? AND last_seen_at>? AND last_seen_at<?')),
  );
  database.close();
});
