import { join } from 'node:path';
import { type AffectedFleetView, type Client, createClient } from '@fettle/api';
import { native } from '@fettle/protocol';
import {
  firstCounter,
  flawOf,
  releaseCount,
  saidByDevices,
  seedAffected,
  tokensOf,
  versionIn,
  vulnerabilityCount,
  watchedReleases,
} from './affected-seed.ts';
import { type MeasuredServer, residentMb, startServer, until } from './processes.ts';
import { attributesOf, kinds, seedMillion } from './seed-million.ts';

const fleet = 'bench';
/** By a prime stride, so that they are about packages and versions of all kinds; the last is in every release. */
const questions = [...Array.from({ length: 25 }, (_, i) => (i * 487) % vulnerabilityCount), vulnerabilityCount];
/** Devices that commit another release while the server runs. */
const patched = Array.from({ length: 200 }, (_, i) => kinds + i * 4_999);

interface Bench {
  readonly dataDir: string;
  readonly server: MeasuredServer;
  readonly client: Client;
  readonly note: (text: string) => void;
}

/**
 * From a vulnerability to devices over 500 releases and 1,000,000 devices: how long an answer takes, the worst of many,
 * and whether it is exactly what looking at every device gives; before and after some of them have committed a fix.
 */
export async function measureAffected(folder: string, note: (text: string) => void): Promise<Record<string, number>> {
  const dataDir = join(folder, 'data');
  const { adminToken } = await seedMillion(dataDir, note);
  await seedAffected(dataDir, note);
  const tokens = await tokensOf(dataDir, patched);
  const server = await startServer(dataDir);
  const client = createClient({ server: `http://127.0.0.1:${server.port}`, token: adminToken });
  const bench: Bench = { dataDir, server, client, note };
  note('looking at the releases by the data');
  const begun = performance.now();
  await until('every release to be looked at', async () => watchedReleases(dataDir) === releaseCount, 600_000);
  const watchMs = (performance.now() - begun) / releaseCount;
  // The first question starts the threads that read.
  const first = await timed(() => client.findAffectedInFleet({ fleet, vulnerability: flawOf(1).id }));
  const before = await askAll(bench);
  await commitFix(bench, tokens);
  const after = await askAll(bench);
  const results = {
    'affected.ms_1m': Math.max(before.worstMs, after.worstMs),
    'affected.median_ms_1m': before.medianMs,
    'affected.first_ms_1m': first,
    'affected.differences': before.differences + after.differences,
    'affected.watch_ms_per_release': watchMs,
    'affected.rss_mb': residentMb(server.pid),
  };
  await server.stop();
  return results;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function askAll({ client, dataDir, note }: Bench) {
  const said = saidByDevices(dataDir);
  const times: number[] = [];
  let differences = 0;
  for (const n of questions) {
    const flaw = flawOf(n);
    const begun = performance.now();
    const { fleets } = await client.findAffectedInFleet({ fleet, vulnerability: flaw.id });
    times.push(performance.now() - begun);
    if ((fleets[0] ? summaryOf(fleets[0]) : '') !== bruteForce(flaw, said)) differences++;
    if (n === questions.at(-1))
      note(`${flaw.id}: ${fleets[0]?.devices.total} devices in ${times.at(-1)?.toFixed(0)} ms`);
  }
  const sorted = times.toSorted((a, b) => a - b);
  return { worstMs: sorted.at(-1) ?? 0, medianMs: sorted[sorted.length >> 1] ?? 0, differences };
}

/** Some devices report the newest release of the bench, each by itself, as after a commit. */
async function commitFix({ client, server, note }: Bench, tokens: ReadonlyMap<number, string>): Promise<void> {
  note(`${tokens.size} devices commit another release`);
  const { version, counter, artifacts } = await client.getRelease({ fleet, version: `100.0.${releaseCount - 1}` });
  const current = { rootfs: { version, counter, sha256: artifacts[0]?.sha256 } };
  for (const [n, token] of tokens) {
    const answer = await fetch(`http://127.0.0.1:${server.port}${native.nativePaths.checkIn}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ attributes: { ...attributesOf(n % kinds), country: 'CH' }, current }),
    });
    if (!answer.ok) throw new Error(`A check-in of the bench was refused: ${await answer.text()}`);
  }
}

function isIn(version: number | null, from: number, below: number): boolean {
  return version !== null && version >= from && version < below;
}

/** Worked out from formulas and from what every device says, without any index or matching of the product. */
function bruteForce({ pack, from, below }: ReturnType<typeof flawOf>, said: ReturnType<typeof saidByDevices>): string {
  const all = Array.from({ length: releaseCount }, (_, n) => n);
  const releases = all.filter((n) => isIn(versionIn(n, pack), from, below));
  const counters = new Set(releases.map((n) => firstCounter + n));
  const byCountry: Record<string, number> = {};
  const byRelease: Record<string, number> = Object.fromEntries(releases.map((n) => [`100.0.${n}`, 0]));
  let total = 0;
  for (const { counter, country, devices } of said) {
    if (!counters.has(counter)) continue;
    const version = `100.0.${counter - firstCounter}`;
    total += devices;
    byCountry[country ?? ''] = (byCountry[country ?? ''] ?? 0) + devices;
    byRelease[version] = (byRelease[version] ?? 0) + devices;
  }
  return releases.length === 0 ? '' : textOf({ total, byCountry, byRelease });
}

function summaryOf({ devices: { total, byCountry }, releases }: AffectedFleetView): string {
  const byRelease = Object.fromEntries(releases.map(({ version, devices }) => [version, devices]));
  return textOf({ total, byCountry, byRelease });
}

interface Counts {
  readonly total: number;
  readonly byCountry: Readonly<Record<string, number>>;
  readonly byRelease: Readonly<Record<string, number>>;
}

function textOf({ total, byCountry, byRelease }: Counts): string {
  const sorted = (all: Readonly<Record<string, number>>) => Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([total, sorted(byCountry), sorted(byRelease)]);
}
