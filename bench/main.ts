import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { LoadOrder, LoadResult } from './load.ts';
import { checkInBody, type Seeded, seed } from './seed.ts';

/**
 * Measures the server beside a bare node:http server that gives an equal answer, both driven by the same client
 * in one run, in turns; quote the ratios, the absolute figures are this machine's. Writes bench/latest.json.
 */
const here = fileURLToPath(new URL('.', import.meta.url));
const serverMain = join(here, '../packages/server/src/main.ts');
const agentMain = join(here, '../packages/agent/src/main.ts');
const rounds = 5;
const roundMs = 2_000;
const connections = 32;
const mebibyte = 1_048_576;
const children = new Set<ChildProcess>();

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-bench-'));
  try {
    const dataDir = join(folder, 'data');
    note('seeding 100,000 devices');
    const seeded = await seed(dataDir, { devices: 100_000, tokens: 4_000, busy: 2_000, fileBytes: 32 * mebibyte });
    const results = await measure(folder, dataDir, seeded);
    report(results);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, dataDir: string, seeded: Seeded): Promise<Record<string, number>> {
  const readyMs = await measureReady(dataDir);
  const server = await startServer(dataDir);
  const load = startLoad();
  const bodies = seeded.idle.map((device) => post('/device/v1/check-in', device.token, checkInBody(seeded)));
  const sample = await fetch(`http://127.0.0.1:${server.port}/device/v1/check-in`, {
    method: 'POST',
    headers: { authorization: `Bearer ${seeded.idle[0]?.token}`, 'content-type': 'application/json' },
    body: checkInBody(seeded),
  });
  if (sample.status !== 200) throw new Error(`The check-in was refused: ${sample.status} ${await sample.text()}`);
  const bare = await startBare(await sample.text(), seeded.file);

  note('check-ins with nothing new, in turns with the bare server');
  const checkIns = await inTurns(load, { bare: bare.port, fettle: server.port, pid: server.pid }, bodies);
  note('check-ins at half of that rate');
  const half = await load({
    port: server.port,
    requests: bodies,
    connections: 64,
    durationMs: 8_000,
    ratePerS: checkIns.fettleRate / 2,
  });
  const rssMb = residentMb(server.pid);
  note('durable reports');
  const reports = await load({
    port: server.port,
    requests: reportRequests(seeded),
    connections: 128,
    durationMs: 5_000,
    once: true,
  });
  note('downloads, in turns with the bare server');
  const token = seeded.idle[0]?.token ?? '';
  const get = `GET /device/v1/artifacts/${seeded.sha256} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  const downloads = await inTurns(load, { bare: bare.port, fettle: server.port, pid: server.pid }, [get], 4);
  note('the agent');
  const agentMb = await measureAgent(folder, server.port, seeded);
  if (half.refused + reports.refused > 0) throw new Error('Some requests of the bench were refused.');
  return {
    'checkin.rate_ratio': checkIns.ratio,
    'checkin.rate_per_s': checkIns.fettleRate,
    'checkin.bare_rate_per_s': checkIns.bareRate,
    'checkin.cpu_us': checkIns.cpuUs,
    'checkin.p99_ms_at_half_load': half.p99Ms,
    'report.durable_per_s': reports.answers / reports.seconds,
    'download.rate_ratio': downloads.byteRatio,
    'download.mb_per_s': downloads.fettleMbPerS,
    'server.rss_mb_100k': rssMb,
    'server.ready_ms': readyMs,
    'agent.rss_mb': agentMb,
  };
}

type Drive = (order: LoadOrder) => Promise<LoadResult>;

/** One round on one server, one on the other, and again; the median of the ratios round by round. */
async function inTurns(
  drive: Drive,
  at: { bare: number; fettle: number; pid: number },
  requests: readonly string[],
  lanes = connections,
) {
  const order = { requests, connections: lanes, durationMs: roundMs };
  await drive({ ...order, port: at.bare });
  await drive({ ...order, port: at.fettle });
  const seen = { ratio: [], byteRatio: [], cpuUs: [], bare: [], fettle: [], mb: [] } as Record<string, number[]>;
  for (let round = 0; round < rounds; round++) {
    const bare = await drive({ ...order, port: at.bare });
    const before = cpuSeconds(at.pid);
    const fettle = await drive({ ...order, port: at.fettle });
    const cpu = cpuSeconds(at.pid) - before;
    if (bare.refused + fettle.refused > 0) throw new Error('Some requests of the bench were refused.');
    seen.ratio?.push(fettle.answers / fettle.seconds / (bare.answers / bare.seconds));
    seen.byteRatio?.push(fettle.bytes / fettle.seconds / (bare.bytes / bare.seconds));
    seen.cpuUs?.push((cpu * 1e6) / fettle.answers);
    seen.bare?.push(bare.answers / bare.seconds);
    seen.fettle?.push(fettle.answers / fettle.seconds);
    seen.mb?.push(fettle.bytes / fettle.seconds / 1e6);
  }
  const of = (name: string) => median(seen[name] ?? []);
  return {
    ratio: of('ratio'),
    byteRatio: of('byteRatio'),
    cpuUs: of('cpuUs'),
    bareRate: of('bare'),
    fettleRate: of('fettle'),
    fettleMbPerS: of('mb'),
  };
}

function post(path: string, token: string, body: string): string {
  const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json`;
  return `${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Twenty reports of each busy device, each new to the server. */
function reportRequests(seeded: Seeded): string[] {
  const requests: string[] = [];
  for (let sequence = 1; sequence <= 20; sequence++) {
    for (const { token, deployment } of seeded.busy) {
      const report = { deployment, sequence, status: 'downloading', detail: `${sequence * 5} %` };
      requests.push(post('/device/v1/reports', token, JSON.stringify({ reports: [report] })));
    }
  }
  return requests;
}

async function startServer(
  dataDir: string,
): Promise<{ port: number; pid: number; readyMs: number; stop(): Promise<void> }> {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [serverMain, '--data-dir', dataDir, '--http-port', String(port), '--log-level', 'warn'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  children.add(child);
  await until('the server to be ready', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200);
  return {
    port,
    pid: child.pid ?? 0,
    readyMs: performance.now() - begun,
    stop: () => stop(child),
  };
}

async function measureReady(dataDir: string): Promise<number> {
  const seen: number[] = [];
  for (let i = 0; i < 3; i++) {
    const server = await startServer(dataDir);
    seen.push(server.readyMs);
    await server.stop();
  }
  return median(seen);
}

function startBare(body: string, file: string): Promise<{ port: number }> {
  const child = fork(join(here, 'bare-server.ts'), [body, file]);
  children.add(child);
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as { port: number }));
    child.once('error', reject);
  });
}

function startLoad(): Drive {
  const child = fork(join(here, 'load.ts'), []);
  children.add(child);
  return (order) =>
    new Promise((resolve, reject) => {
      child.once('message', (message: { result?: LoadResult; error?: string }) => {
        if (message.result) resolve(message.result);
        else reject(new Error(message.error));
      });
      child.send(order);
    });
}

/** A real agent that has enrolled, checked in and waits. */
async function measureAgent(folder: string, port: number, seeded: Seeded): Promise<number> {
  const dir = join(folder, 'agent');
  mkdirSync(dir);
  const slot = Buffer.alloc(4 * mebibyte);
  for (const name of ['slot-a.img', 'slot-b.img']) writeFileSync(join(dir, name), slot);
  writeFileSync(join(dir, 'cmdline'), 'fettle.slot=a');
  writeFileSync(join(dir, 'boot-id'), 'bench');
  writeFileSync(join(dir, 'fleet.pub.pem'), seeded.fleetKeyPem);
  const config = {
    server: `http://127.0.0.1:${port}`,
    fleet: 'bench',
    device: 'agent-1',
    deviceType: 'board-a',
    stateDir: 'state',
    keyFile: 'device.key',
    claimToken: seeded.claimToken,
    trust: { keyFiles: ['fleet.pub.pem'], threshold: 1 },
    components: { rootfs: { slots: { a: 'slot-a.img', b: 'slot-b.img' } } },
    boot: { driver: 'plain-file', file: 'boot.json' },
    bootedSlot: { file: 'cmdline', argument: 'fettle.slot' },
    bootId: { file: 'boot-id' },
    reboot: { command: ['/bin/true'], timeoutSeconds: 5 },
    factory: { version: '0.0.1', counter: 0 },
  };
  writeFileSync(join(dir, 'agent.json'), JSON.stringify(config));
  const child = spawn(process.execPath, [agentMain, '--config', join(dir, 'agent.json')], { stdio: 'ignore' });
  children.add(child);
  const headers = { authorization: `Bearer ${seeded.adminToken}` };
  await until('the agent to report that it is too big for the slot', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/devices/agent-1/deployments`, { headers });
    const body = (await answer.json()) as { items?: { status: string }[] };
    return body.items?.[0]?.status === 'failed';
  });
  const rss = residentMb(child.pid ?? 0);
  await stop(child);
  return rss;
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      children.delete(child);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    if (await isSo().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`Waited 30 s for ${what}.`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
    probe.once('error', reject);
  });
}

const ticksPerSecond = 100;
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function residentMb(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? 0) / 1_024;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Figures with a goal: [least or most, number]. */
const goals: Readonly<Record<string, readonly ['least' | 'most', number]>> = {
  'checkin.rate_ratio': ['least', 0.6],
  'checkin.cpu_us': ['most', 100],
  'download.rate_ratio': ['least', 0.8],
  'server.rss_mb_100k': ['most', 300],
  'server.ready_ms': ['most', 1_000],
};

function report(results: Readonly<Record<string, number>>): void {
  const rounded = Object.fromEntries(
    Object.entries(results).map(([name, value]) => [name, Number(value.toPrecision(4))]),
  );
  for (const [name, value] of Object.entries(rounded)) {
    const goal = goals[name];
    const met = goal && (goal[0] === 'least' ? value >= goal[1] : value <= goal[1]);
    const told = goal ? `  goal: at ${goal[0]} ${goal[1]} ${met ? '(met)' : '(MISSED)'}` : '';
    console.log(`${name.padEnd(30)}${String(value).padStart(10)}${told}`);
  }
  writeFileSync(join(here, 'latest.json'), `${JSON.stringify(rounded, null, 2)}\n`);
}

function note(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

await main();
