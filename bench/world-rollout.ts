import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type Brain,
  checkIn,
  createRollout,
  deviceScope,
  getRollout,
  takeReports,
  tickRollouts,
} from '@fettle/control';
import { type DeploymentStatus, type Device, digest } from '@fettle/model';
import { addDevices, fleet, makeImage, openBrain, plan, publish, seedFleet, tenant } from './seed-kit.ts';

/** Devices that are under way at once: as many requests share a commit. */
const atOnce = 512;
const reported: readonly DeploymentStatus[] = ['downloading', 'installing', 'rebooting', 'checking', 'succeeded'];

/**
 * A whole rollout through the real check-in and report code over a real SQLite file: each device checks in and is
 * offered the release, reports each step as the agent does, and checks in with the new release. No sockets, no waits.
 */
export async function measureWholeRollout(
  note: (text: string) => void,
  devices = 1_000_000,
): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-bench-'));
  const { brain, store } = await openBrain(folder);
  try {
    const { admin, keys } = await seedFleet(brain);
    const [one, two] = [1, 2].map((number) => makeImage(join(folder, `image-${number}.bin`), 64, keys.privateKeyPem));
    if (!one || !two) throw new Error('two images were to be made');
    await publish(admin, brain, one, { version: '1.0.0', counter: 1 });
    await publish(admin, brain, two, { version: '2.0.0', counter: 2 });
    const current = { rootfs: { version: '1.0.0', counter: 1, digest: digest(one.sha256) } };
    const about = { prefix: 'whole', count: devices, current, attributes: {}, tags: () => ({}) };
    const fleetDevices = await addDevices(brain, admin, about);
    const before = countRows(folder);
    const begun = performance.now();
    const input = { version: '2.0.0', group: 'all', plan, start: true, reason: 'bench' };
    const { rollout } = await createRollout(admin, brain, fleet, input);
    while ((await getRollout(admin, brain, rollout.id)).rollout.phases[0]?.status !== 'open') await tickRollouts(brain);
    note(`whole rollout: its phase was open after ${Math.round(performance.now() - begun)} ms`);
    const runs = { one: one.sha256, two: two.sha256 };
    await Promise.all(
      Array.from({ length: atOnce }, async (_, lane) => {
        for (let i = lane; i < fleetDevices.length; i += atOnce) await update(brain, fleetDevices[i] as Device, runs);
      }),
    );
    await tickRollouts(brain);
    const wallSeconds = (performance.now() - begun) / 1_000;
    const { counts, rollout: ended } = await getRollout(admin, brain, rollout.id);
    note(
      `whole rollout: ${counts[0]?.succeeded} of ${devices} devices in ${Math.round(wallSeconds)} s, ${ended.status}`,
    );
    return {
      'rollout1m.devices': devices,
      'rollout1m.wall_s': wallSeconds,
      'rollout1m.rows_per_device': (countRows(folder) - before) / devices,
    };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function update(brain: Brain, device: Device, sha256: { one: string; two: string }): Promise<void> {
  const scope = deviceScope(tenant, device.id, device.publicKey);
  const old = { rootfs: { version: '1.0.0', counter: 1, sha256: sha256.one } };
  const { offer } = await checkIn(scope, brain, { attributes: {}, current: old });
  if (!offer) throw new Error(`${device.id} was offered nothing`);
  for (const [index, status] of reported.entries()) {
    await takeReports(scope, brain, { reports: [{ deployment: offer.deployment, sequence: index + 1, status }] });
  }
  await checkIn(scope, brain, {
    attributes: {},
    current: { rootfs: { version: '2.0.0', counter: 2, sha256: sha256.two } },
  });
}

/** Rows of every table, as another reader of the file sees them. */
function countRows(folder: string): number {
  const database = new DatabaseSync(join(folder, 'fettle.db'), { readOnly: true });
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[];
    let rows = 0;
    for (const { name } of tables) {
      rows += (database.prepare(`select count(*) as n from "${name}"`).get() as { n: number }).n;
    }
    return rows;
  } finally {
    database.close();
  }
}
