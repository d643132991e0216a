import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readRecording, replay, writeRecording } from '../../packages/simulator/src/world/index.ts';
import { largerWorld, recordableWorld, recordWorld, simpleRollout } from './replay/recorded-world.ts';

const folder = await mkdtemp(join(tmpdir(), 'fettle-replay-'));
after(() => rm(folder, { recursive: true, force: true }));

/** One rollout reaches everybody of a fleet of some size. */
const worldOfManyStarts = { ...largerWorld(30), rollouts: [simpleRollout], acts: [], faults: [] };

test('replaying the plan that ran decides the same, line by line', async () => {
  let decisions = 0;
  for (let number = 0; number < 20; number++) {
    const recording = await recordWorld(recordableWorld(number));
    const replayed = await replay(recording);
    assert.deepEqual(replayed.decisions, recording.decisions, `world ${number}`);
    assert.equal(replayed.difference, null);
    assert.deepEqual(replayed.exposure, replayed.recorded);
    assert.equal(replayed.guessedAttempts, 0);
    decisions += recording.decisions.length;
  }
  assert.ok(decisions > 200, `${decisions} decisions`);
});

test('a recording that went through a file decides the same', async () => {
  const recording = await recordWorld(recordableWorld(5));
  for (const name of ['one.zst', 'one.gz']) {
    const file = join(folder, name);
    await writeRecording(file, recording);
    const replayed = await replay(await readRecording(file));
    assert.deepEqual(replayed.decisions, recording.decisions);
  }
});

test('another plan over the same fleet stays within its limits and says what it assumed', async () => {
  const recording = await recordWorld(worldOfManyStarts);
  const { phases, onFail, maxAttempts, retryBackoffMs, policy } = recording.fleet.rollout;
  const [first] = phases;
  assert.ok(first);
  const tight = [{ ...first, size: { count: 3 }, maxInFlight: 1 }];
  const plan = { onFail, maxAttempts, retryBackoffMs, policy, phases: tight };
  const replayed = await replay(recording, { plan });
  assert.ok(replayed.recorded.exposed > 10, String(replayed.recorded.exposed));
  assert.equal(replayed.exposure.exposed, 3);
  assert.ok(replayed.difference);
  assert.match(replayed.assumptions.join(' '), /What people did to the rollout is left out/);
  assert.deepEqual((await replay(recording, { plan })).decisions, replayed.decisions);
});

test('devices that were never offered anything go as devices alike went, and the same seed draws the same', async () => {
  const recording = await recordWorld(worldOfManyStarts);
  const { onFail, maxAttempts, retryBackoffMs, policy } = recording.fleet.rollout;
  // Half of the fleet was exposed; now everybody is.
  const half = {
    ...recording,
    devices: recording.devices.map((device, i) => (i % 2 ? { ...device, attempts: [] } : device)),
  };
  const phase = {
    name: 'all',
    size: { share: 1 },
    maxInFlight: 100,
    failureThreshold: { share: 0.9 },
    successShare: 0.1,
    minSoakMs: 0,
    promote: 'automatic',
  } as const;
  const plan = { onFail, maxAttempts, retryBackoffMs, policy, phases: [phase] };
  const replayed = await replay(half, { plan, seed: 'a' });
  assert.ok(replayed.guessedAttempts > 5, String(replayed.guessedAttempts));
  assert.match(replayed.assumptions.join(' '), /attempts that nobody made in the recording/);
  assert.deepEqual((await replay(half, { plan, seed: 'a' })).decisions, replayed.decisions);
});
