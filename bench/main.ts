import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { measureAffected } from './affected.ts';
import { measureAudit } from './audit.ts';
import { measureDevices } from './check-ins.ts';
import { measureDirector } from './director.ts';
import { measureDrill } from './drill.ts';
import { measureGates } from './gates.ts';
import { measureImages } from './images.ts';
import { measureMillion } from './million.ts';
import { measurePostgres, measurePostgresMillion } from './postgres.ts';
import { endAll } from './processes.ts';
import { measureReleaseGates } from './release-gates.ts';
import { measureSegments } from './segments.ts';
import { measureTuf } from './tuf.ts';
import { measureHerd } from './world.ts';
import { measureInvariants } from './world-invariants.ts';
import { measureReplay } from './world-replay.ts';
import { measureWholeRollout } from './world-rollout.ts';

/**
 * Measures beside plain baselines in one run and writes bench/latest.json; quote the ratios, as the absolute figures are
 * this machine's. `npm run -s bench -- PART…` measures some parts only and leaves the figures of the others.
 */
const latest = fileURLToPath(new URL('./latest.json', import.meta.url));

type Results = Record<string, number>;
type Part = (folder: string) => Promise<Results>;

const parts: Readonly<Record<string, Part>> = {
  checkin: (folder) => measureDevices(folder, { checkIns: true, downloads: false }, note),
  downloads: (folder) => measureDevices(folder, { checkIns: false, downloads: true }, note),
  '1m': (folder) => measureMillion(folder, note),
  affected: (folder) => measureAffected(folder, note),
  audit: () => measureAudit(note),
  director: () => measureDirector(note),
  drill: () => measureDrill(note),
  images: () => measureImages(note),
  tuf: () => measureTuf(note),
  gates: () => measureGates(note),
  'release-gates': (folder) => measureReleaseGates(folder, note),
  segments: () => measureSegments(note),
  herd: () => measureHerd(note),
  invariants: () => measureInvariants(note),
  replay: () => measureReplay(note),
  rollout1m: () => measureWholeRollout(note),
  pg: (folder) => measurePostgres(folder, note),
  pg1m: (folder) => measurePostgresMillion(folder, note),
};
/** What runs when nothing is asked for: in five minutes. */
const usual = ['checkin', 'downloads'];

async function main(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) {
    console.error(`There is no part ${unknown}; there are ${Object.keys(parts).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const results: Results = {};
  for (const name of wanted.length > 0 ? wanted : usual) {
    const folder = mkdtempSync(join(tmpdir(), 'fettle-bench-'));
    try {
      Object.assign(results, await parts[name]?.(folder));
    } finally {
      endAll();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  report(results);
}

/** Figures with a goal: [least or most, number]. */
const goals: Readonly<Record<string, readonly ['least' | 'most', number]>> = {
  'affected.ms_1m': ['most', 1_000],
  'affected.differences': ['most', 0],
  'audit.append_per_s': ['least', 10_000],
  'audit.proof_ms': ['most', 1],
  'checkin.rate_ratio': ['least', 0.6],
  'checkin.cpu_us': ['most', 100],
  'checkin1m.rate_ratio': ['least', 0.6],
  'checkin1m.cpu_us': ['most', 100],
  'checkin1m.rate_ratio_20_rollouts': ['least', 0.6],
  'checkin1m.cpu_us_20_rollouts': ['most', 100],
  'checkin1m.p99_ms': ['most', 50],
  'devices.filter_ms_1m': ['most', 2_000],
  'devices.filter_tag_ms_1m': ['most', 300],
  'download.rate_ratio': ['least', 0.8],
  'rollout.start_ms_1m': ['most', 100],
  'rollout.progress_ms_1m': ['most', 50],
  'server.rss_mb_100k': ['most', 300],
  'server.rss_mb_1m': ['most', 512],
  'server.ready_ms': ['most', 1_000],
  'gates.false_stop_share': ['most', 0.05],
  'gates.stopped_share_1_4': ['least', 0.95],
  'gates.median_started_1_4': ['most', 400],
  'drill.stranded': ['most', 0],
  'drill.accepted_revoked': ['most', 0],
  'gates.mb_per_s': ['least', 10],
  'gates.rss_mb': ['most', 512],
  'gates.publish_30mb_s': ['most', 20],
  'herd.peak_ratio': ['most', 2],
  'images.fuzz_failures': ['most', 0],
  'images.fuzz_peak_mb': ['most', 256],
  'invariants.violations': ['most', 0],
  'invariants.worlds': ['least', 10_000],
  'replay.seconds_100k_7d': ['most', 60],
  'replay.differences': ['most', 0],
  'why.p99_ms_1m': ['most', 50],
  'segments.top_share': ['least', 0.95],
  'segments.held_share': ['most', 0.01],
};

function report(results: Results): void {
  const rounded = Object.fromEntries(
    Object.entries(results).map(([name, value]) => [name, Number(value.toPrecision(4))]),
  );
  for (const [name, value] of Object.entries(rounded)) {
    const goal = goals[name];
    const met = goal && (goal[0] === 'least' ? value >= goal[1] : value <= goal[1]);
    const told = goal ? `  goal: at ${goal[0]} ${goal[1]} ${met ? '(met)' : '(MISSED)'}` : '';
    console.log(`${name.padEnd(34)}${String(value).padStart(10)}${told}`);
  }
  const before = existsSync(latest) ? (JSON.parse(readFileSync(latest, 'utf8')) as Results) : {};
  writeFileSync(latest, `${JSON.stringify({ ...before, ...rounded }, null, 2)}\n`);
}

function note(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

await main(process.argv.slice(2));
