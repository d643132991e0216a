import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { copyDatabase } from '../packages/server/src/store/postgres.ts';
import { type Cluster, startCluster } from '../test/peers/postgres/cluster.ts';
import { postgresPrograms } from '../test/peers/postgres/programs.ts';
import type { LoadOrder } from './load.ts';
import { type MillionBench, measureMillion } from './million.ts';
import {
  cpuSeconds,
  type Drive,
  type MeasuredServer,
  median,
  residentMb,
  startBare,
  startLoad,
  startServer,
} from './processes.ts';
import { checkInPath, checkInRequest, post, reportsPath } from './requests.ts';
import { checkInBody, freshTokens, type Seeded, seed } from './seed.ts';

const devices = 100_000;
const busy = 2_000;
const rounds = 4;
const roundMs = 2_000;
const firstsInRound = 8_000;
const reportsOfDevice = 1;

/**
 * The same server over PostgreSQL, one process and two on one database; everything shares this machine's processors:
 * the servers, the database and the client.
 * @param folder a temporary folder
 */
export async function measurePostgres(folder: string, note: (text: string) => void): Promise<Record<string, number>> {
  const programs = postgresPrograms('the bench over PostgreSQL');
  if (programs === undefined) return {};
  const cluster = await startCluster(programs, { shared_buffers: '512MB', max_wal_size: '4GB' });
  try {
    const dataDir = join(folder, 'data');
    note(`PostgreSQL: seeding ${devices} devices and copying them from SQLite`);
    const seeded = await seed(dataDir, { devices, tokens: 4_000, busy, fileBytes: 1_048_576 });
    const firsts = await freshTokens(dataDir, seeded, rounds * 2 * firstsInRound);
    const url = await cluster.createDatabase();
    const copied = await copyRows(join(dataDir, 'fettle.db'), url);
    await settle(cluster, url);
    const settings = ['--database', url, '--load-event-loop-delay-ms', '0'];
    const servers = [await startServer(dataDir, settings), await startServer(dataDir, settings)] as const;
    const bench: Bench = { drive: startLoad(), servers, seeded, firsts, database: cluster.pid, note };
    const results = {
      'pg.copy_rows_per_s': copied,
      'pg.server.ready_ms': servers[0].readyMs,
      ...(await measureQuiet(bench)),
      ...(await measureFirsts(bench)),
      ...(await measureReports(bench)),
      'pg.server.rss_mb_100k': residentMb(servers[0].pid),
    };
    for (const server of servers) await server.stop();
    return results;
  } finally {
    await cluster.stop();
  }
}

/** Everything that is measured over a million devices in SQLite, over PostgreSQL: the same names after `pg.`. */
export async function measurePostgresMillion(
  folder: string,
  note: (text: string) => void,
): Promise<Record<string, number>> {
  const programs = postgresPrograms('the bench over PostgreSQL');
  if (programs === undefined) return {};
  const cluster = await startCluster(programs, { shared_buffers: '1GB', max_wal_size: '8GB' });
  try {
    const found = await measureMillion(folder, note, {
      async prepare(dataDir) {
        note('copying a million devices into PostgreSQL');
        const url = await cluster.createDatabase();
        await copyRows(join(dataDir, 'fettle.db'), url);
        await settle(cluster, url);
        return ['--database', url];
      },
      measure: measureTwoProcesses,
    });
    return Object.fromEntries(Object.entries(found).map(([name, value]) => [`pg.${name}`, value]));
  } finally {
    await cluster.stop();
  }
}

/**
 * Check-ins with nothing new, on one process and in turns on two that share the database; each device keeps to one of
 * them. With 20 rollouts running, as they are by then.
 */
async function measureTwoProcesses(
  { drive, dataDir, server, checkIns, note }: MillionBench,
  flags: readonly string[],
): Promise<Record<string, number>> {
  note('check-ins of 200,000 of the million on one server process, and in turns on two');
  const second = await startServer(dataDir, flags);
  try {
    const one = { requests: checkIns, port: server.port, connections: 64, durationMs: roundMs };
    const two = { ...one, otherPorts: [second.port] };
    await drive({ ...two, once: true, durationMs: 900_000 });
    const found = { one: [] as number[], two: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      for (const [name, order] of [['one', one] as const, ['two', two] as const]) {
        const { answers, refused, seconds } = await drive(order);
        if (refused > 0) throw new Error('Some requests of the bench were refused.');
        found[name].push(answers / seconds);
      }
    }
    return {
      'checkin1m.two_processes_rate_per_s': median(found.two),
      'checkin1m.two_processes_ratio': median(found.two.map((rate, i) => rate / (found.one[i] ?? 1))),
      'server.rss_mb_1m_second_process': residentMb(second.pid),
    };
  } finally {
    await second.stop();
  }
}

interface Bench {
  readonly drive: Drive;
  readonly servers: readonly [MeasuredServer, MeasuredServer];
  readonly seeded: Seeded;
  readonly firsts: readonly string[];
  readonly database: number;
  readonly note: (text: string) => void;
}

/** Lets the database finish what a million new rows leave to be done: else it is done while others are measured. */
async function settle(cluster: Cluster, url: string): Promise<void> {
  await cluster.query(url, 'vacuum analyze');
  await cluster.query(url, 'checkpoint');
}

async function copyRows(from: string, to: string): Promise<number> {
  const begun = performance.now();
  const tables = await copyDatabase({ from, to, onProgress: () => {} });
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return rows / ((performance.now() - begun) / 1_000);
}

/** Check-ins with nothing new of devices that have checked in before: the database is not asked. */
async function measureQuiet(bench: Bench): Promise<Record<string, number>> {
  const { drive, servers, seeded, note } = bench;
  const body = checkInBody(seeded);
  const requests = seeded.idle.map(({ token }) => checkInRequest(token, body));
  const bare = await startBare(await sampleAnswer(servers[0], seeded));
  const order = { requests, durationMs: roundMs };
  await bench.drive({ ...order, port: servers[0].port, otherPorts: [servers[1].port], connections: 64 });
  const found = await compare(bench, 'check-ins with nothing new', () => order);
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const base = await drive({ ...order, connections: 32, port: bare.port });
    const ours = await drive({ ...order, connections: 32, port: servers[0].port });
    ratios.push(ours.answers / ours.seconds / (base.answers / base.seconds));
  }
  note(`PostgreSQL: one process gives ${median(ratios).toFixed(2)} of a bare server's check-ins`);
  return {
    'pg.checkin.rate_ratio': median(ratios),
    'pg.checkin.rate_per_s': found.one,
    'pg.checkin.cpu_us': found.serverUs,
    'pg.checkin.two_processes_rate_per_s': found.two,
    'pg.checkin.two_processes_ratio': found.ratio,
  };
}

/** The first check-in with a token: read from the database, decided, remembered. */
async function measureFirsts(bench: Bench): Promise<Record<string, number>> {
  const body = checkInBody(bench.seeded);
  let used = 0;
  const found = await compare(bench, 'first check-ins, which read the database', () => {
    const mine = bench.firsts.slice(used, used + firstsInRound);
    used += firstsInRound;
    return { requests: mine.map((token) => checkInRequest(token, body)), durationMs: 30_000, once: true };
  });
  return {
    'pg.checkin.first_rate_per_s': found.one,
    'pg.checkin.first_cpu_us': found.serverUs,
    'pg.checkin.first_database_cpu_us': found.databaseUs,
    'pg.checkin.first_two_processes_rate_per_s': found.two,
    'pg.checkin.first_two_processes_ratio': found.ratio,
  };
}

/** Durable reports; all of one tenant, for which one transaction at a time writes over all processes. */
async function measureReports(bench: Bench): Promise<Record<string, number>> {
  let sequence = 0;
  const found = await compare(bench, 'durable reports', () => {
    const requests: string[] = [];
    for (let i = 0; i < reportsOfDevice; i++) {
      sequence++;
      for (const { token, deployment } of bench.seeded.busy) {
        const report = { deployment, sequence, status: 'downloading', detail: '5 %' };
        requests.push(post(reportsPath, token, JSON.stringify({ reports: [report] })));
      }
    }
    return { requests, durationMs: 60_000, once: true };
  });
  return {
    'pg.report.durable_per_s': found.one,
    'pg.report.cpu_us': found.serverUs,
    'pg.report.database_cpu_us': found.databaseUs,
    'pg.report.two_processes_per_s': found.two,
    'pg.report.two_processes_ratio': found.ratio,
  };
}

interface Order {
  readonly requests: readonly string[];
  readonly durationMs: number;
  readonly once?: boolean;
}

interface Comparison {
  /** Answers a second by one process, and by both. */
  readonly one: number;
  readonly two: number;
  readonly ratio: number;
  /** Processor time of an answer by one process: of the server, and of the database. */
  readonly serverUs: number;
  readonly databaseUs: number;
}

/** In turns on one process and on both, half of the devices on each; says who used the processors. */
async function compare(bench: Bench, what: string, next: () => Order): Promise<Comparison> {
  const [first, second] = bench.servers;
  const one = { port: first.port, connections: 64 };
  const two = { ...one, otherPorts: [second.port] };
  const seen = { one: [] as Run[], two: [] as Run[] };
  for (let round = 0; round < rounds; round++) {
    seen.one.push(await run(bench, { ...one, ...next() }));
    seen.two.push(await run(bench, { ...two, ...next() }));
  }
  const of = (runs: readonly Run[], name: keyof Run) => median(runs.map((one) => one[name]));
  const used = (runs: readonly Run[]) => {
    const cores = (name: 'serverUs' | 'databaseUs') => ((of(runs, name) * of(runs, 'rate')) / 1e6).toFixed(2);
    return `servers ${cores('serverUs')}, database ${cores('databaseUs')} cores`;
  };
  bench.note(
    `PostgreSQL: ${what}: one process used ${used(seen.one)}; two used ${used(seen.two)}; the client, and whatever else runs here, has the rest of ${availableParallelism()}`,
  );
  return {
    one: of(seen.one, 'rate'),
    two: of(seen.two, 'rate'),
    ratio: median(seen.two.map(({ rate }, i) => rate / (seen.one[i]?.rate ?? 1))),
    serverUs: of(seen.one, 'serverUs'),
    databaseUs: of(seen.one, 'databaseUs'),
  };
}

interface Run {
  readonly rate: number;
  readonly serverUs: number;
  readonly databaseUs: number;
}

async function run({ drive, servers: [first, second], database }: Bench, order: LoadOrder): Promise<Run> {
  const cpu = () => [cpuSeconds(first.pid) + cpuSeconds(second.pid), familyCpuSeconds(database)] as const;
  const before = cpu();
  const found = await drive(order);
  const after = cpu();
  if (found.refused > 0) throw new Error('Some requests of the bench were refused.');
  return {
    rate: found.answers / found.seconds,
    serverUs: ((after[0] - before[0]) * 1e6) / found.answers,
    databaseUs: ((after[1] - before[1]) * 1e6) / found.answers,
  };
}

/** What the server answers, so that the bare one can answer the same bytes. */
async function sampleAnswer(server: MeasuredServer, seeded: Seeded): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${server.port}${checkInPath}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${seeded.idle[0]?.token}`, 'content-type': 'application/json' },
    body: checkInBody(seeded),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`The check-in was refused: ${response.status} ${text}`);
  return text;
}

/** Processor time of a process and its children, those that have ended too. */
function familyCpuSeconds(pid: number): number {
  let ticks = 0;
  for (const entry of readdirSync('/proc')) {
    const fields = /^\d+$/.test(entry) ? statOf(entry) : undefined;
    if (!fields) continue;
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
    if (Number(entry) === pid) ticks += user + system + childUser + childSystem;
    else if (Number(fields[1]) === pid) ticks += user + system;
  }
  return ticks / 100;
}

function statOf(pid: string): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ');
  } catch {
    // It has ended since the list was made.
    return undefined;
  }
}
