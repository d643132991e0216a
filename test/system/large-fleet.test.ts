import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Scans, Scope } from '@fettle/control';
import { type Device, deviceId } from '@fettle/model';
import type { DecisionContext } from '../../packages/control/src/rollouts/context.ts';
import { measurePhase } from '../../packages/control/src/rollouts/measure.ts';
import { causeSurvey } from '../../packages/control/src/rollouts/tally-causes.ts';
import {
  fleet,
  running,
  sampleContext,
  sampleDevice,
  sampleGroup,
  sampleRollout,
} from '../../packages/control/test/samples.ts';
import { type OpenStore, openSqliteStore } from '../../packages/server/src/store/index.ts';

/** More than are looked through on the serving thread. */
const count = 2_500;
const scope: Scope = { tenant: fleet.tenant, actor: 'operator:ada', permissions: new Set() };
const folder = mkdtempSync(join(tmpdir(), 'fettle-large-'));
const stores: OpenStore[] = [];

const context = sampleContext(3, { group: sampleGroup('tag.ring == "early" || id.endsWith("7")') });
const served: DecisionContext = { fleet, rollouts: [context], holds: [], steppingStones: [] };

before(async () => {
  for (const file of [join(folder, 'fettle.db'), ':memory:']) {
    const random = { bytes: (n: number) => new Uint8Array(n) };
    const store = await openSqliteStore({ file, clock: { now: () => 0 }, random });
    stores.push(store);
    await store.createTenant(scope.tenant, 0);
    await store.transact(scope, async (tx) => {
      await tx.insertFleet(fleet);
      for (let i = 0; i < count; i++) await tx.insertDevice(deviceAt(i));
    });
  }
});

after(async () => {
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function deviceAt(i: number): Device {
  return sampleDevice({
    id: deviceId(`d-${String(i).padStart(5, '0')}`),
    status: i % 11 === 0 ? 'pending' : 'accepted',
    tags: { ring: i % 3 === 0 ? 'early' : 'late' },
    current: running(i % 5 === 0 ? 3 : 1),
  });
}

/** Asks a thread of its own, and this one. */
async function both<T>(ask: (scans: Scans) => Promise<T>): Promise<readonly [T, T]> {
  const [elsewhere, here] = await Promise.all(stores.map((store) => ask(store.scans(scope))));
  return [elsewhere as T, here as T];
}

test('a phase of a large fleet is measured on a thread of its own as it would be here', async () => {
  const sizes = [{ share: 1 }, { share: 0.1 }, { count: 40 }] as const;
  for (const size of sizes) {
    const rollout = sampleRollout(3);
    const phases = rollout.phases.map((phase) => ({ ...phase, size }));
    const asked = { ...context, rollout: { ...rollout, phases } };
    const [elsewhere, here] = await both((scans) => measurePhase(scans, served, asked, { index: 0, now: 0 }));
    assert.deepEqual(elsewhere, here);
    assert.ok(here.members > 0, JSON.stringify(size));
  }
});

test('so is what keeps its devices from a release', async () => {
  const order = { release: context.release, context: served, now: 0 };
  const [elsewhere, here] = await both((scans) => scans.survey(causeSurvey, { fleet: fleet.id }, order));
  assert.deepEqual(elsewhere, here);
  assert.equal(here.total, count);
  assert.ok(here.causes.length > 1 && here.running > 0);
});
