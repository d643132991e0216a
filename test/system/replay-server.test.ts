import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { RolloutPlanView, RolloutView } from '@fettle/api';
import { createFleet, type FleetOptions } from '@fettle/simulator';
import { startTestServer, type TestServer } from './api-support.ts';
import { type Desk, openDesk } from './cli-support.ts';
import { until } from './crash/until.ts';
import { fleet, Workshop } from './crash/workshop.ts';

const types = ['board-a', 'board-b'];
const devices = 60;

let desk: Desk;
let server: TestServer;

before(async () => {
  desk = await openDesk();
});
after(() => desk.leave());

interface Replayed {
  readonly difference: { readonly recorded: string | null; readonly replayed: string | null } | null;
  readonly decisions: number;
  readonly exposure: Exposure;
  readonly recorded: Exposure;
  readonly assumptions: readonly string[];
}
interface Exposure {
  readonly status: string;
  readonly devices: number;
  readonly exposed: number;
  readonly succeeded: number;
  readonly harmed: number;
  readonly endedAfterMs: number | null;
}

const phase = (name: string, share: number) => ({
  name,
  size: { share },
  maxInFlight: 15,
  failureThreshold: { share: 0.3 },
  successShare: 0.6,
  minSoakMs: 300,
  promote: 'automatic' as const,
});
const plan: RolloutPlanView = {
  phases: [phase('canary', 0.3), phase('all', 1)],
  onFail: 'abort',
  maxAttempts: 2,
  retryBackoffMs: 500,
};

/** Lets a fleet of pretend devices take a release from a real server, and writes down what came of it. */
async function record(name: string, changes: Partial<FleetOptions>): Promise<{ view: RolloutView; file: string }> {
  server = await startTestServer();
  const workshop = new Workshop(server.url, server.token);
  await workshop.open(types, 1_000);
  const pretend = await createFleet({
    server: server.url,
    fleet,
    devices,
    types,
    claimToken: workshop.claimToken,
    trustKeys: [workshop.publicKeyPem],
    factoryVersion: '0.9.0',
    speed: 60,
    rampMs: 300,
    ...changes,
  });
  try {
    pretend.start();
    const tell = () => JSON.stringify(pretend.stats());
    await until(() => pretend.stats().byState.idle === devices, { deadlineMs: 30_000, tell });
    await workshop.publish('1.0.0', types);
    const { id } = await workshop.rollOut('1.0.0', plan);
    const isOver = async () => {
      const view = await workshop.rollout(id);
      const open = view.phases.reduce((sum, { counts }) => sum + counts.open, 0);
      return view.status !== 'running' && open === 0 && (view.status === 'aborted' || pretend.stats().unsettled === 0);
    };
    await until(isOver, { deadlineMs: 60_000, tell });
    await pretend.stop();
    const strange = workshop.client.recordRollout({ rollout: id, after: 'devices' });
    await assert.rejects(strange, { code: 'invalid-input' });
    const file = join(desk.folder, `${name}.zst`);
    const written = await desk.ask(
      'rollout',
      'record',
      id,
      '--out',
      file,
      '--server',
      server.url,
      '--token',
      server.token,
    );
    assert.equal((written as { devices: number }).devices, devices);
    return { view: await workshop.rollout(id), file };
  } finally {
    await pretend.stop();
    await server[Symbol.asyncDispose]();
  }
}

async function replay(file: string, ...args: readonly string[]): Promise<Replayed> {
  const { out, err } = await desk.type('rollout', 'replay', ...args, '--over', file, '--json');
  assert.notEqual(out, '', err);
  return JSON.parse(out) as Replayed;
}

const yaml = `phases:
  - name: few
    size: 10
    maxInFlight: 2
    failureThreshold: 50%
    successShare: 50%
    minSoak: 1h
    promote: automatic
onFail: pause
maxAttempts: 1
retryBackoff: 1m
`;

test('a rollout that reached everybody is recorded, replayed the same, and tried with other plans', async () => {
  const { view, file } = await record('sound', { misbehave: { 'lies-about-version': 0.02, 'dies-at-byte': 0.05 } });
  assert.equal(view.status, 'completed', view.statusReason);
  const same = await replay(file);
  assert.equal(same.difference, null, JSON.stringify(same.difference));
  assert.ok(same.decisions >= 2 * devices, `${same.decisions} decisions`);
  assert.equal(same.recorded.exposed, devices);
  assert.deepEqual(same.exposure, same.recorded);
  assert.match(same.assumptions.join(' '), /Check-ins that came to nothing are not kept by a server/);

  const fast = await replay(file, 'fast');
  assert.deepEqual(fast.recorded, same.recorded);
  assert.equal(fast.exposure.status, 'completed', JSON.stringify(fast.exposure));
  assert.equal(fast.exposure.exposed, devices);
  assert.ok((fast.exposure.endedAfterMs ?? 0) > (same.recorded.endedAfterMs ?? 0));
  assert.equal(fast.exposure.harmed, same.recorded.harmed);

  const planFile = join(desk.folder, 'few.yaml');
  await writeFile(planFile, yaml);
  const few = await replay(file, planFile);
  assert.equal(few.exposure.exposed, 10);
  const { out } = await desk.type('rollout', 'replay', planFile, '--over', file);
  assert.match(out, /devices exposed +60 of 60 +10 of 60/);
});

test('a rollout that its gate stopped is replayed to the same stop', async () => {
  const { view, file } = await record('bad', { misbehave: { 'fails-health': 0.6 } });
  assert.equal(view.status, 'aborted', view.statusReason);
  const same = await replay(file);
  assert.equal(same.difference, null, JSON.stringify(same.difference));
  assert.equal(same.recorded.status, 'aborted');
  assert.ok(same.recorded.harmed > 0 && same.recorded.exposed < devices, JSON.stringify(same.recorded));
  assert.deepEqual(same.exposure, same.recorded);
});

test('a recording that was tampered with shows the first decision that differs', async () => {
  const { file } = await record('other', {});
  const lines = zstdDecompressSync(await readFile(file))
    .toString()
    .split('\n');
  const offered = lines.findIndex((line) => line.includes('"deployment.offered'));
  lines[offered] = (lines[offered] ?? '').replace('phase canary', 'phase all');
  const forged = join(desk.folder, 'forged.zst');
  await writeFile(forged, zstdCompressSync(lines.join('\n')));
  const { exit, out } = await desk.type('rollout', 'replay', '--over', forged);
  assert.equal(exit, 8);
  assert.match(out, /differs from what was decided/);
  assert.match(out, /recorded .*phase all/);
});
