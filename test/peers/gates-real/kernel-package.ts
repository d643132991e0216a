import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export type KernelArchitecture = 'amd64' | 'arm64';

export interface KernelPackage {
  /** The package, a file. */
  readonly path: string;
  /** Has its files, unpacked, in the folder `root`. */
  readonly folder: string;
  /** The kernel itself, unpacked from the package. */
  readonly image: string;
  /** Paths of its modules below `root`. */
  readonly modules: readonly string[];
  /** As `uname -r` would tell it: `6.1.0-56-cloud-amd64`. */
  readonly release: string;
  /** Upstream's, which the version of the package begins with: `6.1.192`. */
  readonly upstream: string;
}

/**
 * Debian's newest kernel for clouds, fetched as a file and unpacked: nothing is installed. apt gets lists, cache and
 * status of its own below the folder, so that neither the machine's packages nor its architectures are touched, and
 * root is not needed. Where it cannot be had, it says loudly which tests are left out; with FETTLE_PEERS=required it throws.
 */
export function fetchKernel(folder: string, architecture: KernelArchitecture): KernelPackage | undefined {
  try {
    return fetch(join(folder, `kernel-${architecture}`), architecture);
  } catch (error) {
    const why = `the kernel for ${architecture} could not be fetched by apt-get: ${lastOf(error)}`;
    if (process.env.FETTLE_PEERS === 'required') throw new Error(`FETTLE_PEERS=required, but ${why}`);
    process.stderr.write(`\n*** LEFT OUT: tests with a real kernel: ${why} ***\n\n`);
    return undefined;
  }
}

function fetch(folder: string, architecture: KernelArchitecture): KernelPackage {
  const inside = (name: string) => join(folder, name);
  for (const name of ['lists/partial', 'cache/archives/partial', 'root']) mkdirSync(inside(name), { recursive: true });
  closeSync(openSync(inside('status'), 'w'));
  const settings = {
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Sandbox::User': '',
    // Else it warns of sources that do not answer, and succeeds.
    'APT::Update::Error-Mode': 'any',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Dir::Cache': inside('cache'),
    'Dir::State': folder,
    'Dir::State::lists': inside('lists'),
    'Dir::State::status': inside('status'),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const run = (program: string, args: readonly string[]) =>
    execFileSync(program, [...options, ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const failure = problemOf(() => run('apt-get', ['-q', 'update']));
  let about = '';
  const ignorance = problemOf(() => {
    about = run('apt-cache', ['show', '--no-all-versions', `linux-image-cloud-${architecture}`]);
  });
  const [, name = '', release = '', upstream = ''] =
    /^Depends: (linux-image-(\S+)) \(= (\d+(?:\.\d+)+)/m.exec(about) ?? [];
  if (name === '') throw new Error(`apt-cache names no kernel. ${ignorance} ${failure}`);
  run('apt-get', ['-q', 'download', name]);
  const [path] = readdirSync(folder).filter((file) => file.endsWith('.deb'));
  if (path === undefined) throw new Error(`apt-get left no package in ${folder}`);
  execFileSync('dpkg-deb', ['-x', inside(path), inside('root')]);
  const modules = readdirSync(inside('root'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ko'),
  );
  return { path: inside(path), folder, image: inside(`root/boot/vmlinuz-${release}`), modules, release, upstream };
}

/** Of a machine's sources those that are not Debian's may fail: the kernel is in the others. */
function problemOf(action: () => unknown): string {
  try {
    action();
    return '';
  } catch (error) {
    return lastOf(error);
  }
}

/** What apt says is at the end; before that stands how it was called. */
function lastOf(error: unknown): string {
  return String(error).trim().slice(-400);
}
