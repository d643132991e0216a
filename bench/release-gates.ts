import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createClient } from '@fettle/api';
import { type CheckOutcome, checkBounds, runCheck } from '@fettle/checker';
import type { Candidate } from '@fettle/gates';
import { beginSbom } from '@fettle/gates/run';
import { bytesSource } from '@fettle/images';
import { memoryScratch, walkImage } from '@fettle/images/walk';
import { fettleVersion } from '@fettle/model';
import { makeFleet, publish } from '../test/system/api-support.ts';
import { cpuSeconds, startServer, until } from './processes.ts';

type Results = Record<string, number>;
const mega = 1_000_000;
const mebi = 1_048_576;
/** Of files, so that the packed image has about 200 MB. */
const contentBytes = { large: 600 * mega, small: 90 * mega };
const packages = '/var/lib/dpkg';

/**
 * All gates over a root file system of this machine's packages, about 200 MB as squashfs of zstd and of xz, in the process
 * and with the bounds of the server, on one core where `taskset` is; and how long a release of 30 MB takes from its
 * upload to its published state, through all gates of a running server.
 */
export async function measureReleaseGates(folder: string, note: (text: string) => void): Promise<Results> {
  const results: Results = {};
  for (const packer of ['zstd', 'xz'] as const) {
    note(`release gates: packing a root file system with ${packer}`);
    const image = packRoot(folder, { packer, bytes: contentBytes.large });
    note(`release gates: all gates over ${(statSync(image).size / mega).toFixed(0)} MB of ${packer}`);
    const { outcome, peakMb, seconds } = await checkAlone(image);
    const suffix = packer === 'zstd' ? '' : `_${packer}`;
    results[`gates.mb_per_s${suffix}`] = statSync(image).size / mega / seconds;
    results[`gates.content_mb_per_s${suffix}`] = outcome.bytes / mega / seconds;
    results['gates.rss_mb'] = Math.max(results['gates.rss_mb'] ?? 0, peakMb);
    const sbom = outcome.reports.find(({ gate }) => gate === 'sbom');
    results['sbom.packages'] = Number(sbom?.facts.packages ?? 0);
  }
  const { seconds, packages: known } = await measureDatabase(folder);
  results['sbom.packages_per_s'] = known / seconds;
  note('release gates: a release of 30 MB through a running server');
  results['gates.publish_30mb_s'] = await measurePublish(folder);
  return results;
}

/** Files of this machine's packages, in the order of their names, until there are so many bytes; and the whole database. */
function packRoot(folder: string, of: { readonly packer: 'zstd' | 'xz'; readonly bytes: number }): string {
  const names = readdirSync(join(packages, 'info')).filter((name) => name.endsWith('.list'));
  const lists = names.sort().map((name) => join(packages, 'info', name));
  const wanted = new Set([...lists, join(packages, 'status'), '/etc/os-release', '/usr/lib/os-release']);
  let bytes = 0;
  for (const list of lists) {
    for (const path of readFileSync(list, 'utf8').split('\n')) {
      if (bytes >= of.bytes || path.startsWith('/usr/share/doc/')) break;
      const sizeBytes = sizeOfFile(path);
      if (sizeBytes === undefined) continue;
      // Packages name /lib and /bin, which are links to folders.
      wanted.add(join(realpathSync(dirname(path)), basename(path)));
      bytes += sizeBytes;
    }
  }
  const list = join(folder, 'files');
  writeFileSync(list, [...wanted].map((path) => `${path.slice(1)}\n`).join(''));
  const image = join(folder, `root-${of.packer}-${of.bytes}`);
  const options = `-tar -comp ${of.packer} -quiet -no-progress -noappend`;
  const command = `tar -C / --no-recursion -cf - -T '${list}' | mksquashfs - '${image}' ${options}`;
  execFileSync('sh', ['-ec', command], { stdio: ['ignore', 'ignore', 'inherit'] });
  return image;
}

function sizeOfFile(path: string): number | undefined {
  const stat = path === '' ? undefined : lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() || stat?.isSymbolicLink() ? stat.size : undefined;
}

/** In the process that the server would start, tied to one core; in seconds of that core, whatever else runs on it. */
async function checkAlone(path: string): Promise<{ outcome: CheckOutcome; peakMb: number; seconds: number }> {
  const bytes = statSync(path).size;
  const digest = digestOf(path) as Candidate['digest'];
  const about = { deviceType: 'r1', component: 'rootfs', fleet: 'bench', version: '1.0.0' };
  let [peakMb, seconds] = [0, 0];
  const watch = setInterval(() => {
    for (const pid of children()) {
      bindToOneCore(pid);
      peakMb = Math.max(peakMb, peakOf(pid));
      seconds = spentBy(pid) ?? seconds;
    }
  }, 25);
  try {
    const candidate = { digest, sizeBytes: bytes, ...about };
    const order = { candidate, path, now: Date.now(), settings: {}, inputs: [] };
    const outcome = await runCheck(order, async (all) => all, { bounds: checkBounds });
    return { outcome, peakMb, seconds };
  } finally {
    clearInterval(watch);
  }
}

/** How many packages of a database become components of an SBOM in a second; nothing else is in the image. */
async function measureDatabase(folder: string): Promise<{ seconds: number; packages: number }> {
  const path = join(folder, 'database.tar');
  execFileSync('tar', ['-C', '/', '-cf', path, packages.slice(1), 'etc/os-release', 'usr/lib/os-release']);
  const { size } = statSync(path);
  const about = { deviceType: 'r1', component: 'rootfs', fleet: 'bench', version: '1.0.0' };
  const candidate = { digest: digestOf(path) as Candidate['digest'], sizeBytes: size, ...about };
  const source = bytesSource(readFileSync(path));
  const begun = performance.now();
  const gate = beginSbom({ candidate, source, now: Date.now() }, { supplier: 'bench', toolVersion: fettleVersion });
  const { report } = await gate.end(await walkImage(source, gate, { scratch: memoryScratch(256 * mebi) }));
  return { seconds: (performance.now() - begun) / 1_000, packages: Number(report.facts.packages) };
}

/** From the first byte of the upload until the release is published, with all gates between. */
async function measurePublish(folder: string): Promise<number> {
  const small = packRoot(folder, { packer: 'zstd', bytes: contentBytes.small });
  const bytes = Buffer.concat([readFileSync(small), randomBytes(30 * mega)]).subarray(0, 30 * mega);
  const dataDir = join(folder, 'server');
  const server = await startServer(dataDir);
  const token = readFileSync(join(dataDir, 'admin.token'), 'utf8').trim();
  const client = createClient({ server: `http://127.0.0.1:${server.port}`, token });
  const { fleet, privateKeyPem, types } = await makeFleet(client);
  const begun = performance.now();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await client.upload({
    sha256,
    sizeBytes: bytes.length,
    open: async function* (offset) {
      yield bytes.subarray(offset);
    },
  });
  const artifacts = [{ deviceType: 'r1', component: 'app', sha256 }];
  const { check } = await client.requestCheck({ fleet, version: '1.0.0', artifacts });
  const isOver = async () => {
    const { status, statusReason } = await client.getCheck({ fleet, check: check.id });
    if (status === 'failed') throw new Error(statusReason);
    return status === 'done';
  };
  await until('the gates', isOver, 300_000);
  await publish(client, { fleet, version: '1.0.0', bytes, privateKeyPem, types });
  const seconds = (performance.now() - begun) / 1_000;
  await server.stop();
  return seconds;
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Processes that this one has started. */
function children(): number[] {
  const task = readdirSync('/proc/self/task');
  return task.flatMap((thread) => textOf(`/proc/self/task/${thread}/children`).split(' ').filter(Boolean).map(Number));
}

const bound = new Set<number>();

function bindToOneCore(pid: number): void {
  if (bound.has(pid)) return;
  bound.add(pid);
  spawnSync('taskset', ['-a', '-p', '-c', '0', String(pid)], { stdio: 'ignore' });
}

function spentBy(pid: number): number | undefined {
  try {
    return cpuSeconds(pid);
  } catch {
    // It has ended: what was seen last counts.
    return undefined;
  }
}

function peakOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) / 1_024;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
