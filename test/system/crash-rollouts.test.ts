import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createFleet, type FleetOptions, type PretendFleet } from '@fettle/simulator';
import { fraction } from '../../packages/simulator/src/fleet/random.ts';
import { judge } from './crash/judge.ts';
import { readRecord } from './crash/record.ts';
import { ServerProcess } from './crash/server-process.ts';
import { badReleases, tellRollouts, waitForEnds } from './crash/story.ts';
import { until } from './crash/until.ts';
import { uploadSlowly } from './crash/uploader.ts';
import { artifactOf, fleet as fleetName, imageOf, threePhases, Workshop } from './crash/workshop.ts';

const kills = 20;
const devices = 200;
const types = ['board-a', 'board-b'];
/** A device type that only the release with the big, slowly uploaded artifact is for. */
const probeType = 'board-c';
const seed = process.env.FETTLE_SEED ?? 'crash-1';
const floor = 2;
/** Generous: on a busy machine everything takes many times as long. */
const deadlineMs = 120_000;

/** Shares of the devices; whatever they do, the record must tell the truth of it. */
const misbehave = {
  'fails-health': 0.02,
  'boot-fails': 0.02,
  'never-reboots': 0.01,
  'lies-about-version': 0.01,
  'reverts-later': 0.02,
  refuses: 0.02,
  'dies-at-byte': 0.05,
  flapping: 0.05,
  'clock-1970': 0.02,
  'duplicates-reports': 0.05,
  'reorders-reports': 0.05,
};

describe(`a server that is killed ${kills} times in the middle of rollouts (FETTLE_SEED=${seed})`, () => {
  let dir: string;
  let server: ServerProcess;
  const fleets: PretendFleet[] = [];
  let happened = 0;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'fettle-crash-'));
    server = new ServerProcess(dir, ['--log-level', 'info', '--load-event-loop-delay-ms', '0']);
    await server.start();
  });

  after(async () => {
    await Promise.all(fleets.map((fleet) => fleet.stop()));
    await server.remove();
  });

  async function startFleet(
    workshop: Workshop,
    options: Pick<FleetOptions, 'devices' | 'types' | 'idPrefix' | 'misbehave'>,
  ) {
    const fleet = await createFleet({
      ...options,
      server: server.url,
      fleet: fleetName,
      claimToken: workshop.claimToken,
      trustKeys: [workshop.publicKeyPem],
      seed,
      speed: 300,
      timeoutMs: 5_000,
      rampMs: 500,
      badReleases,
      onEvent: ({ kind }) => {
        if (kind === 'acknowledged' || kind === 'offered') happened++;
      },
    });
    fleets.push(fleet);
    fleet.start();
    return fleet;
  }

  /** Kills it after a number of things have happened that the seed says, and starts it again. */
  async function killAgainAndAgain(onKill: (count: number) => void, signal: AbortSignal): Promise<void> {
    for (let i = 0; i < kills; i++) {
      const target = happened + 20 + Math.floor(fraction(seed, 'events', i) * 200);
      await until(() => happened >= target || signal.aborted, {
        deadlineMs,
        tell: () => `kill ${i + 1} waits for event ${target}, ${happened} have happened`,
        everyMs: 2,
      });
      if (signal.aborted) return;
      // Not a wait for anything: the kill must not always fall right behind an answer.
      await delay(fraction(seed, 'milliseconds', i) * 20);
      await server.kill();
      onKill(i + 1);
      await server.start();
    }
  }

  it('loses nothing that it acknowledged, gets nothing stuck and keeps every promise', async (context) => {
    const workshop = new Workshop(server.url, server.adminToken);
    await workshop.open([...types, probeType], 180_000);
    const fleet = await startFleet(workshop, { devices, types, misbehave });
    await until(() => fleet.stats().byState.idle === devices, { deadlineMs, tell: () => say(fleet) });
    // A release that the floor forbids from now on: its rollout runs all the time and nobody may ever get it.
    assert.equal(await workshop.publish('0.1.0', types, { allowDowngrade: true }), 1);
    await workshop.client.changeFleet({ fleet: fleetName, securityFloor: floor });
    const forbidden = await workshop.rollOut('0.1.0', threePhases());

    let killed = 0;
    const over = new AbortController();
    const mayGoOn = async (share: number) => {
      const goOn = () => killed >= kills || share <= (killed + 1) / kills || over.signal.aborted;
      await until(goOn, { deadlineMs, tell: () => `the upload waits at ${share}` });
    };
    const [story, history] = await allOrNone(over, [
      tellRollouts(workshop, { types, enough: () => killed >= kills || over.signal.aborted }),
      uploadSlowly(workshop, imageOf('big', probeType, 10_000_000), mayGoOn),
      killAgainAndAgain((count) => {
        killed = count;
      }, over.signal),
    ]);
    const forbiddenAt = await workshop.abort(forbidden.id);
    const probe = await startFleet(workshop, { devices: 1, types: [probeType], idPrefix: 'probe-' });
    await workshop.publishArtifacts('99.0.0', [artifactOf(probeType, history.sha256, history.sizeBytes)]);
    await workshop.rollOut('99.0.0', { ...threePhases(), phases: threePhases().phases.slice(2) });
    await until(() => probe.ledger().length > 0 && fleets.every((one) => one.stats().unsettled === 0), {
      deadlineMs,
      tell: () => fleets.map(say).join(),
    });
    await waitForEnds(workshop, fleetName, () => fleets.map(say).join());
    await Promise.all(fleets.map((one) => one.stop()));

    const record = await readRecord(workshop.client);
    const abortedAt = new Map([...story.abortedAt, [forbidden.id, forbiddenAt]]);
    assert.deepEqual(judge(record, fleets, { abortedAt, floor }), []);
    assert.deepEqual(history.lost, []);
    assert.ok(history.cut > 0, 'no crash cut the upload: it proves nothing');
    assert.equal(probe.stats().byVersion['99.0.0'], 1, 'the slowly uploaded artifact arrived whole at a device');
    assert.equal(record.devices.size, devices + 1);
    const reports = fleet.ledger().reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
    const { size } = record.deployments;
    assert.ok(story.told >= 3 && size > devices, `${story.told} rollouts with ${size} deployments prove little`);
    context.diagnostic(
      `${kills} kills, ${story.told} rollouts, ${size} deployments, ${reports} acknowledged reports, ${history.cut} cuts of the upload, ${record.audit.length} audit events`,
    );
  });
});

/** All of them, or the first failure, once the others have noticed that it is over. */
async function allOrNone<T extends readonly Promise<unknown>[]>(
  over: AbortController,
  work: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  try {
    return await Promise.all(work);
  } catch (error) {
    over.abort();
    await Promise.allSettled(work);
    throw error;
  }
}

function say(fleet: PretendFleet): string {
  return JSON.stringify({ ...fleet.stats(), violations: fleet.violations().slice(0, 5) });
}
