import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { createFleet } from '@fettle/simulator';
import { withCluster } from '../contract/postgres-stores.ts';
import { startProxy } from '../peers/postgres/unsteady-proxy.ts';
import { ServerProcess } from './crash/server-process.ts';
import { until } from './crash/until.ts';
import { fleet as fleetName, threePhases, Workshop } from './crash/workshop.ts';

const deadlineMs = 60_000;
const devices = 20;

withCluster('a server whose database goes away', (cluster) => {
  it('says that it is not ready, serves again by itself, and brings its rollout to the end', async () => {
    const proxy = await startProxy(cluster().folder);
    const database = proxy.urlOf(await cluster().createDatabase());
    const flags = ['--database', database, '--database-timeout-ms', '1000', '--work-take-over-ms', '1000'];
    const server = new ServerProcess(await mkdtemp(join(tmpdir(), 'fettle-away-')), [
      ...flags,
      '--work-tick-ms',
      '100',
    ]);
    await server.start();
    const workshop = new Workshop(server.url, server.adminToken);
    await workshop.open(['board-a'], 180_000);
    const fleet = await createFleet({
      server: server.url,
      fleet: fleetName,
      devices,
      types: ['board-a'],
      claimToken: workshop.claimToken,
      trustKeys: [workshop.publicKeyPem],
      seed: 'away',
      speed: 300,
      timeoutMs: 3_000,
    });
    const tell = () => JSON.stringify(fleet.stats());
    const status = async (path: string) => (await fetch(`${server.url}${path}`)).status;
    try {
      fleet.start();
      await until(() => fleet.stats().byState.idle === devices, { deadlineMs, tell });
      await workshop.publish('1.0.0', ['board-a']);
      // The last phase alone, a few devices at a time: it lasts for as long as the troubles.
      const [, , all] = threePhases({ maxInFlight: [1, 1, 4] }).phases;
      assert.ok(all);
      const { id } = await workshop.rollOut('1.0.0', { ...threePhases(), phases: [all] });
      await until(() => fleet.ledger().length > 3, { deadlineMs, tell });
      for (const trouble of [proxy.cut, proxy.silence]) {
        trouble();
        await until(async () => (await status('/readyz')) === 503, { deadlineMs, tell: () => 'it still says ready' });
        assert.equal(await status('/healthz'), 200, 'no reason to start it anew');
        // What was silenced has lost bytes: those connections are of no use any more.
        proxy.cut();
        proxy.mend();
        await until(async () => (await status('/readyz')) === 200, { deadlineMs, tell: () => 'it does not come back' });
      }
      await until(async () => (await workshop.rollout(id)).status === 'completed', { deadlineMs, tell });
      assert.deepEqual(fleet.violations(), []);
    } finally {
      await fleet.stop();
      await server.remove();
      await proxy.close();
    }
  });
});
