import { join } from 'node:path';
import { type Client, createClient } from '@fettle/api';
import { measureFilters } from './filter-1m.ts';
import { inTurns } from './in-turns.ts';
import {
  type Drive,
  type MeasuredServer,
  median,
  residentMb,
  startBare,
  startLoad,
  startServer,
  until,
} from './processes.ts';
import type { CheckIns } from './requests.ts';
import { plan } from './seed-kit.ts';
import {
  attributesOf,
  devicesOfMillion,
  kinds,
  newerReleases,
  type SeededMillion,
  seedMillion,
  writeTokens,
} from './seed-million.ts';

/** What is measured over a million devices; each measure adds its figures, named `…1m…`. */
export interface MillionBench {
  readonly dataDir: string;
  readonly seeded: SeededMillion;
  readonly server: MeasuredServer;
  readonly client: Client;
  readonly drive: Drive;
  readonly bare: number;
  /** Every fifth device checks in and says what it said before. */
  readonly checkIns: CheckIns;
  readonly note: (text: string) => void;
}

const measures: readonly ((bench: MillionBench) => Promise<Record<string, number>>)[] = [
  measureCheckIns,
  measureFilters,
  measureRollouts,
  measureWithRollouts,
  measureWhy,
];

/** Where the rows live, if not in SQLite. */
export interface Elsewhere {
  /** Makes something else of the seeded data folder. @returns more flags of the server */
  prepare(dataDir: string): Promise<readonly string[]>;
  /** What only a database that several processes share can show; asked last. */
  measure(bench: MillionBench, flags: readonly string[]): Promise<Record<string, number>>;
}

/** A server over a million registered devices, in SQLite unless prepared otherwise, all of which have checked in. */
export async function measureMillion(
  folder: string,
  note: (text: string) => void,
  elsewhere?: Elsewhere,
): Promise<Record<string, number>> {
  const dataDir = join(folder, 'data');
  const seeded = await seedMillion(dataDir, note);
  const bodies = Array.from({ length: kinds }, (_, kind) => bodyOf(seeded, kind));
  const files = Array.from({ length: shares }, (_, i) => join(folder, `tokens-${i}`));
  for (const [i, file] of files.entries()) await writeTokens(dataDir, file, { from: kinds + i, step: shares });
  const flags = (await elsewhere?.prepare(dataDir)) ?? [];
  const server = await startServer(dataDir, flags);
  const drive = startLoad();
  const client = createClient({ server: `http://127.0.0.1:${server.port}`, token: seeded.adminToken });
  const { port: bare } = await startBare(sampleAnswer);
  note('each of a million devices checks in once');
  const firstRates: number[] = [];
  for (const tokensFile of files.toReversed()) {
    const order = { requests: { tokensFile, bodies }, connections: 32, durationMs: 300_000, once: true };
    const found = await drive({ ...order, port: server.port });
    const base = await drive({ ...order, port: bare, once: false, durationMs: 2_000 });
    if (found.refused > 0) throw new Error('Some requests of the bench were refused.');
    firstRates.push(found.answers / found.seconds / (base.answers / base.seconds));
  }
  const checkIns = { tokensFile: files[0] ?? '', bodies };
  const bench: MillionBench = { dataDir, seeded, server, client, drive, bare, checkIns, note };
  const results: Record<string, number> = { 'checkin1m.first_rate_ratio': median(firstRates) };
  const all = elsewhere ? [...measures, (on: MillionBench) => elsewhere.measure(on, flags)] : measures;
  for (const measure of all) {
    const found = await measure(bench);
    note(JSON.stringify(found));
    Object.assign(results, found);
  }
  await server.stop();
  return results;
}

/** The devices take turns in so many parts, so that the client has no more than 200,000 requests in memory. */
const shares = 5;

async function measureCheckIns({ drive, bare, server, checkIns, note }: MillionBench): Promise<Record<string, number>> {
  note('check-ins of 200,000 of the million, in turns with the bare server; each has checked in before');
  const found = await inTurns({ drive, bare, server, requests: checkIns });
  return {
    'checkin1m.rate_ratio': found.ratio,
    'checkin1m.rate_per_s': found.rate,
    'checkin1m.cpu_us': found.cpuUs,
    'server.rss_mb_1m': residentMb(server.pid),
  };
}

async function measureRollouts({ client, note }: MillionBench): Promise<Record<string, number>> {
  note(`starting ${newerReleases} rollouts, and looking at them`);
  const [starts, looks]: [number[], number[]] = [[], []];
  const rollouts: string[] = [];
  for (let k = 0; k < newerReleases; k++) {
    const group = `ring-${k}`;
    await client.saveGroup({ fleet: 'bench', group, filter: `tag.ring == "${k}"` });
    const wanted = { fleet: 'bench', version: `${k + 2}.0.0`, group, plan: nightPlan(), start: true };
    const begun = performance.now();
    const { id } = await client.createRollout(wanted);
    starts.push(performance.now() - begun);
    rollouts.push(id);
  }
  // Each is measured over the fleet before its first phase opens, off the serving thread.
  for (const rollout of rollouts) {
    const isOpen = async () => (await client.getRollout({ rollout })).phases[0]?.status === 'open';
    await until(`rollout ${rollout} to open its phase`, isOpen, 600_000);
  }
  for (const rollout of rollouts) {
    const begun = performance.now();
    await client.getRollout({ rollout });
    looks.push(performance.now() - begun);
  }
  return { 'rollout.start_ms_1m': median(starts), 'rollout.progress_ms_1m': median(looks) };
}

async function measureWithRollouts({
  drive,
  bare,
  server,
  checkIns,
  note,
}: MillionBench): Promise<Record<string, number>> {
  note(`the same check-ins with ${newerReleases} rollouts running`);
  const found = await inTurns({ drive, bare, server, requests: checkIns });
  return {
    'checkin1m.rate_ratio_20_rollouts': found.ratio,
    'checkin1m.cpu_us_20_rollouts': found.cpuUs,
    'server.rss_mb_1m_20_rollouts': residentMb(server.pid),
  };
}

/** Asks why for devices all over the fleet, one question after the other; each has twenty rollouts to tell of. */
async function measureWhy({ client, seeded, note }: MillionBench): Promise<Record<string, number>> {
  note('asking why');
  const questions = 2_000;
  const waits: number[] = [];
  for (let i = 0; i < questions; i++) {
    // A prime stride: no two questions ask for neighbours in the database.
    const n = kinds + ((i * 7_919_017) % (devicesOfMillion - kinds));
    const begun = performance.now();
    const { verdict } = await client.explainDevice({ device: `dev-${String(n).padStart(7, '0')}` });
    waits.push(performance.now() - begun);
    if (verdict !== 'hold') throw new Error(`device ${n} of ${seeded.version} was to be held back`);
  }
  waits.sort((a, b) => a - b);
  return { 'why.p99_ms_1m': waits[Math.floor(questions * 0.99)] ?? 0, 'why.median_ms_1m': median(waits) };
}

/** For a twentieth of the fleet each, in a window twelve hours from now: they run, and nobody gets anything yet. */
function nightPlan() {
  const { policy: _, phases, ...rest } = plan;
  const hour = (new Date().getUTCHours() + 12) % 24;
  const windows = [{ cron: `0 ${hour} * * *`, durationMs: 3_600_000, zone: 'UTC' }];
  return { ...rest, phases: [...phases], policy: { windows } };
}

/** What a device of a kind says at check-in: what it said before. */
function bodyOf({ version, counter, sha256 }: SeededMillion, kind: number): string {
  return JSON.stringify({ attributes: attributesOf(kind), current: { rootfs: { version, counter, sha256 } } });
}

/** What the server answers to a device with nothing to do: the bare one answers as many bytes. */
const sampleAnswer = JSON.stringify({ nextCheckInSeconds: 1_234, serverTime: new Date().toISOString() });
