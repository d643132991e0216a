import { fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { presetPlan } from '@fettle/model';
import {
  type Chances,
  modelRecording,
  type ReleasePlan,
  replay,
  type WorldPlan,
} from '../packages/simulator/src/world/index.ts';

const minute = 60_000;
const hour = 60 * minute;

const usual: Chances = { failsTransiently: 0.01, fails: 0.003, rollsBack: 0.004, hangs: 0.001, revertsLater: 0.001 };

/** A fleet of many devices over some days, and a release that one in a hundred has trouble with. */
export function largeFleet(devices: number, days: number): WorldPlan {
  const habits = {
    bootJitterMs: 0,
    downloadMs: 3 * minute,
    installMs: minute,
    rebootMs: minute / 2,
    checkMs: minute,
    lossShare: 0,
    lateShare: 0,
    doubledShare: 0,
    reorders: false,
    powerCutsPerDay: 0,
    darkAfterMs: undefined,
    clockSkewSeconds: 0,
    sluggish: 1,
    usedMs: 0,
    battery: false,
  };
  const release = (counter: number): ReleasePlan => ({
    version: `${counter}.0.0`,
    counter,
    types: { 'board-a': [], 'board-b': [] },
    sizeBytes: 10_000_000,
    allowDowngrade: true,
    mustPassThrough: false,
    truth: { ...usual, segments: [] },
  });
  return {
    seed: 'large',
    startAt: Date.UTC(2027, 0, 4),
    durationMs: days * 24 * hour,
    fleet: { deviceTypes: ['board-a', 'board-b'], checkInIntervalMs: hour / 2, freezes: [], groups: [] },
    releases: [release(1), release(2)],
    devices: Array.from({ length: devices }, (_, index) => ({
      id: `d-${index}`,
      type: index % 2 === 0 ? 'board-a' : 'board-b',
      hardwareRevision: 'r1',
      tags: {},
      attributes: {},
      factoryCounter: 1,
      habits: { ...habits, startsAfterMs: (index * 7_919) % (hour / 2) },
    })),
    rollouts: [
      {
        afterMs: hour,
        version: '2.0.0',
        group: 'all',
        plan: presetPlan('safe', devices),
        start: true,
        reason: 'bench',
      },
    ],
    acts: [],
    faults: [],
    replicas: 1,
    tickEveryMs: 10_000,
    storeDelayMs: 0,
  };
}

/**
 * 100,000 devices over seven days: what is recorded first is decided again, and must be the same. In a process of its
 * own, so that what was measured before leaves nothing behind in it.
 */
export async function measureReplay(note: (text: string) => void, devices = 100_000): Promise<Record<string, number>> {
  const child = fork(import.meta.filename, [String(devices)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const ended = once(child, 'exit');
  let results: Record<string, number> | undefined;
  child.on('message', (message: string | Record<string, number>) => {
    if (typeof message === 'string') note(message);
    else results = message;
  });
  const [code] = (await ended) as [number | null];
  if (!results) throw new Error(`Expected the figures of a replay, found that its process ended with ${code}.`);
  return results;
}

async function replayTwice(note: (text: string) => void, devices: number): Promise<Record<string, number>> {
  const recording = modelRecording(largeFleet(devices, 7));
  const first = await replay(recording);
  const { exposed, harmed, status } = first.exposure;
  note(
    `replay: ${exposed} of ${devices} devices exposed, ${harmed} harmed, ${status}; ${first.handled} events handled`,
  );
  const begun = performance.now();
  const before = process.cpuUsage();
  const again = await replay({ ...recording, decisions: first.decisions });
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(before);
  if (again.difference) note(`replay: decision ${again.difference.line} differs`);
  return {
    'replay.seconds_100k_7d': seconds,
    'replay.cpu_seconds_100k_7d': (user + system) / 1e6,
    'replay.differences': again.difference === null ? 0 : 1,
  };
}

if (import.meta.main) {
  const tell = (message: string | Record<string, number>) => void process.send?.(message);
  tell(await replayTwice(tell, Number(process.argv[2])));
  process.disconnect?.();
}
