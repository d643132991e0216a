import { join } from 'node:path';
import { measureAgent } from './agent.ts';
import { inTurns } from './in-turns.ts';
import { type Drive, type MeasuredServer, median, residentMb, startBare, startLoad, startServer } from './processes.ts';
import { checkInPath, checkInRequest, post, reportsPath } from './requests.ts';
import { checkInBody, freshTokens, type Seeded, seed } from './seed.ts';

const mebibyte = 1_048_576;
const firstRounds = 5;
const firstsInRound = 20_000;

/**
 * Devices beside the bare server: check-ins, reports, downloads, the agent; over 100,000 registered devices.
 * @param folder a temporary folder
 */
export async function measureDevices(
  folder: string,
  parts: { readonly checkIns: boolean; readonly downloads: boolean },
  note: (text: string) => void,
): Promise<Record<string, number>> {
  const dataDir = join(folder, 'data');
  note('seeding 100,000 devices');
  const seeded = await seed(dataDir, { devices: 100_000, tokens: 4_000, busy: 2_000, fileBytes: 32 * mebibyte });
  const firsts = await freshTokens(dataDir, seeded, firstRounds * firstsInRound);
  const readyMs = parts.checkIns ? await measureReady(dataDir) : 0;
  const server = await startServer(dataDir);
  const drive = startLoad();
  const bare = await startBare(await sampleAnswer(server, seeded), seeded.file);
  const bench: Bench = { drive, server, bare: bare.port, seeded, note };
  const results: Record<string, number> = {};
  if (parts.checkIns) {
    Object.assign(
      results,
      { 'server.ready_ms': readyMs },
      await measureCheckIns(bench, firsts),
      await measureReports(bench),
    );
    note('the agent');
    results['agent.rss_mb'] = await measureAgent(folder, server.port, seeded);
  }
  if (parts.downloads) Object.assign(results, await measureDownloads(bench));
  await server.stop();
  return results;
}

interface Bench {
  readonly drive: Drive;
  readonly server: MeasuredServer;
  readonly bare: number;
  readonly seeded: Seeded;
  readonly note: (text: string) => void;
}

async function measureCheckIns(bench: Bench, firsts: readonly string[]): Promise<Record<string, number>> {
  const { drive, server, bare, seeded, note } = bench;
  const body = checkInBody(seeded);
  const requests = seeded.idle.map(({ token }) => checkInRequest(token, body));
  note('check-ins with nothing new, in turns with the bare server; each device has checked in before');
  const steady = await inTurns({ drive, bare, server, requests });
  note('the same with a token that the server has not seen: the first check-in of each');
  const ratios: number[] = [];
  for (let round = 0; round < firstRounds; round++) {
    const mine = firsts.slice(round * firstsInRound, (round + 1) * firstsInRound);
    const order = {
      requests: mine.map((token) => checkInRequest(token, body)),
      connections: 32,
      durationMs: 10_000,
      once: true,
    };
    const base = await drive({ ...order, port: bare });
    const found = await drive({ ...order, port: server.port });
    if (found.refused > 0) throw new Error('Some requests of the bench were refused.');
    ratios.push(found.answers / found.seconds / (base.answers / base.seconds));
  }
  note('check-ins at half of that rate');
  const order = { port: server.port, requests, connections: 64, durationMs: 8_000 };
  const half = await drive({ ...order, ratePerS: steady.rate / 2 });
  if (half.refused > 0) throw new Error('Some requests of the bench were refused.');
  return {
    'checkin.rate_ratio': steady.ratio,
    'checkin.first_rate_ratio': median(ratios),
    'checkin.rate_per_s': steady.rate,
    'checkin.bare_rate_per_s': steady.bareRate,
    'checkin.cpu_us': steady.cpuUs,
    'checkin.p99_ms_at_half_load': half.p99Ms,
    'server.rss_mb_100k': residentMb(server.pid),
  };
}

async function measureReports({ drive, server, seeded, note }: Bench): Promise<Record<string, number>> {
  note('durable reports');
  const requests = reportRequests(seeded);
  const reports = await drive({ port: server.port, requests, connections: 128, durationMs: 5_000, once: true });
  if (reports.refused > 0) throw new Error('Some requests of the bench were refused.');
  return { 'report.durable_per_s': reports.answers / reports.seconds };
}

async function measureDownloads({ drive, server, bare, seeded, note }: Bench): Promise<Record<string, number>> {
  note('downloads, in turns with the bare server');
  const token = seeded.idle[0]?.token ?? '';
  const get = `GET /device/v1/artifacts/${seeded.sha256} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  const found = await inTurns({ drive, bare, server, requests: [get], lanes: 4 });
  return { 'download.rate_ratio': found.byteRatio, 'download.mb_per_s': found.mbPerS };
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

/** Twenty reports of each busy device, each new to the server. */
function reportRequests(seeded: Seeded): string[] {
  const requests: string[] = [];
  for (let sequence = 1; sequence <= 20; sequence++) {
    for (const { token, deployment } of seeded.busy) {
      const report = { deployment, sequence, status: 'downloading', detail: `${sequence * 5} %` };
      requests.push(post(reportsPath, token, JSON.stringify({ reports: [report] })));
    }
  }
  return requests;
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
