import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { serverScope } from '@fettle/control';
import { tenantId } from '@fettle/model';
import { createFleet, type FleetOptions, type PretendFleet } from '@fettle/simulator';
import { fraction } from '../../packages/simulator/src/fleet/random.ts';
import { openAt, withCluster } from '../contract/postgres-stores.ts';
import { judge } from './crash/judge.ts';
import { readRecord } from './crash/record.ts';
import { badReleases, tellRollouts, waitForEnds } from './crash/story.ts';
import { until } from './crash/until.ts';
import { fleet as fleetName, Workshop } from './crash/workshop.ts';
import { numberOf, Replicas } from './replicas/replicas.ts';

const types = ['board-a', 'board-b'];
const devices = 80;
const seed = process.env.FETTLE_SEED ?? 'replicas-1';
const deadlineMs = 90_000;

const misbehave = {
  'fails-health': 0.03,
  'boot-fails': 0.02,
  'lies-about-version': 0.01,
  refuses: 0.02,
  'dies-at-byte': 0.05,
  flapping: 0.05,
  'duplicates-reports': 0.1,
  'reorders-reports': 0.1,
};

withCluster(`several server processes on one PostgreSQL database (FETTLE_SEED=${seed})`, (cluster) => {
  it('keeps every promise while two serve one fleet and are killed in turns', (context) =>
    withReplicas(2, async (replicas, workshop, fleet) => {
      const kills = 3;
      let killed = 0;
      const over = new AbortController();
      const [story] = await allOrNone(over, [
        tellRollouts(workshop, { types, enough: () => killed >= kills || over.signal.aborted }),
        (async () => {
          for (let i = 0; i < kills && !over.signal.aborted; i++) {
            await moreHappens(fleet, 40 + Math.floor(fraction(seed, 'events', i) * 60), over.signal);
            const victim = replicas.servers[i % 2];
            assert.ok(victim);
            await replicas.kill(victim);
            await moreHappens(fleet, 20, over.signal);
            await replicas.restart(victim);
            // Only now: the story ends with the last one, and then nothing more happens.
            killed++;
          }
        })(),
      ]);
      const size = await judgeAll(workshop, fleet, story.abortedAt);
      context.diagnostic(`${kills} kills, ${story.told} rollouts, ${size} deployments`);
    }));

  it('goes on when the leader of three stands still, and refuses what it writes too late', (context) =>
    withReplicas(3, async (replicas, workshop, fleet) => {
      const stops = 2;
      let stopped = 0;
      let refused = 0;
      const over = new AbortController();
      const [story] = await allOrNone(over, [
        tellRollouts(workshop, { types, enough: () => stopped >= stops || over.signal.aborted }),
        (async () => {
          for (let i = 0; i < stops && !over.signal.aborted; i++) {
            await moreHappens(fleet, 40, over.signal);
            const leader = await replicas.leader();
            replicas.freeze(leader);
            const others = replicas.servers.filter((server) => server !== leader);
            const next = await replicas.leader(others);
            await moreHappens(fleet, 40, over.signal);
            replicas.thaw(leader);
            await until(async () => (await numberOf(leader, 'leadsRollouts')) === 0, {
              deadlineMs: 20_000,
              tell: () => 'the old leader still believes that it leads',
            });
            assert.equal(await numberOf(next, 'leadsRollouts'), 1);
            refused += (await numberOf(leader, 'lateWritesRefused')) ?? 0;
            stopped++;
          }
        })(),
      ]);
      const size = await judgeAll(workshop, fleet, story.abortedAt);
      context.diagnostic(`${stops} stops, ${refused} late rounds refused, ${story.told} rollouts, ${size} deployments`);
    }));

  it('lets a leader that was stopped and replaced write nothing, though it never looks', async () => {
    const url = await cluster().createDatabase();
    const store = await openAt(url);
    const tenant = tenantId('acme');
    await store.createTenant(tenant, 1);
    const writers = [startWriter(url, tenant)];
    try {
      const [first] = writers;
      assert.ok(first);
      await until(() => first.lines.includes('kept 1'), { deadlineMs, tell: () => `the first wrote ${first.lines}` });
      first.child.kill('SIGSTOP');
      const second = startWriter(url, tenant);
      writers.push(second);
      await until(() => second.lines.includes('kept 2'), {
        deadlineMs,
        tell: () => `the second wrote ${second.lines}`,
      });
      first.child.kill('SIGCONT');
      await until(() => first.lines.includes('refused 1'), {
        deadlineMs,
        tell: () => `the first wrote ${first.lines}`,
      });
      const { items } = await store.reads(serverScope(tenant)).auditEvents({ limit: 500, oldestFirst: true });
      const terms = items.map(({ reason }) => Number(reason));
      assert.deepEqual(
        terms,
        terms.toSorted((a, b) => a - b),
        'nothing of the first term after the second began',
      );
      const afterwards = first.lines.slice(first.lines.indexOf('refused 1'));
      assert.ok(!afterwards.includes('kept 1'));
    } finally {
      for (const { child } of writers) await end(child);
      await store.close();
    }
  });

  /** Servers, an operator and devices behind one address. */
  async function withReplicas(
    count: number,
    test: (replicas: Replicas, workshop: Workshop, fleet: Watched) => Promise<void>,
  ): Promise<void> {
    const replicas = await Replicas.start(await cluster().createDatabase(), count);
    let fleet: Watched | undefined;
    try {
      const workshop = new Workshop(replicas.url, replicas.adminToken);
      await workshop.open(types, 180_000);
      fleet = await startFleet(replicas.url, workshop);
      const { pretend } = fleet;
      await until(() => pretend.stats().byState.idle === devices, { deadlineMs, tell: () => say(pretend) });
      await test(replicas, workshop, fleet);
    } finally {
      await fleet?.pretend.stop();
      await replicas.close();
    }
  }
});

interface Watched {
  readonly pretend: PretendFleet;
  /** Offers and acknowledged reports so far. */
  happened(): number;
}

async function startFleet(server: string, workshop: Workshop): Promise<Watched> {
  let happened = 0;
  const options: FleetOptions = {
    server,
    fleet: fleetName,
    devices,
    types,
    misbehave,
    badReleases,
    seed,
    claimToken: workshop.claimToken,
    trustKeys: [workshop.publicKeyPem],
    speed: 300,
    timeoutMs: 3_000,
    rampMs: 500,
    onEvent: ({ kind }) => {
      if (kind === 'acknowledged' || kind === 'offered') happened++;
    },
  };
  const pretend = await createFleet(options);
  pretend.start();
  return { pretend, happened: () => happened };
}

async function moreHappens(fleet: Watched, count: number, signal: AbortSignal): Promise<void> {
  const target = fleet.happened() + count;
  await until(() => fleet.happened() >= target || signal.aborted, {
    deadlineMs,
    everyMs: 2,
    tell: () => `waits for event ${target}, ${fleet.happened()} have happened; ${say(fleet.pretend)}`,
  });
  // Not a wait for anything: what follows must not always fall right behind an answer.
  await delay(fraction(seed, 'milliseconds', target) * 20);
}

/** Holds the whole record against what the devices lived through. @returns how many deployments there were */
async function judgeAll(
  workshop: Workshop,
  { pretend }: Watched,
  abortedAt: ReadonlyMap<string, number>,
): Promise<number> {
  await until(() => pretend.stats().unsettled === 0, { deadlineMs, tell: () => say(pretend) });
  await waitForEnds(workshop, fleetName, () => say(pretend));
  await pretend.stop();
  const record = await readRecord(workshop.client);
  assert.deepEqual(judge(record, [pretend], { abortedAt, floor: 0 }), []);
  assert.equal(record.devices.size, devices);
  assert.ok(record.deployments.size > devices / 2, `${record.deployments.size} deployments prove little`);
  return record.deployments.size;
}

interface Writer {
  readonly child: ChildProcess;
  readonly lines: string[];
}

function startWriter(url: string, tenant: string): Writer {
  const program = join(import.meta.dirname, 'replicas/term-writer.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, url, tenant], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (lines.at(-1) !== line) lines.push(line);
  });
  return { child, lines };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

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
