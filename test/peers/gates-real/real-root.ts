import { execFileSync } from 'node:child_process';
import { copyFileSync, lstatSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { toolPath } from '../need.ts';

const database = '/var/lib/dpkg';

/** Packages that every Debian with our peers' tools has; those that are not there are left out. */
const wanted =
  'base-files bash bsdutils busybox-static bzip2 ca-certificates coreutils cpio curl dash debianutils diffutils dpkg ' +
  'e2fsprogs file findutils grep gzip hostname iproute2 libbz2-1.0 libc6 libcurl4 libgcc-s1 liblzma5 libpam0g libssl3 ' +
  'libssl3t64 libstdc++6 libzstd1 login lz4 mawk mount openssh-client openssl passwd perl-base procps python3-minimal ' +
  'python3.11-minimal sed squashfs-tools sysvinit-utils tar util-linux xz-utils zlib1g zstd';

export interface RealRoot {
  /** Folder of the tree. */
  readonly path: string;
  readonly packages: readonly string[];
}

/** A root file system of this machine's packages: their files, and a database of dpkg that tells of them alone. */
export function makeRealRoot(folder: string): RealRoot {
  const path = join(folder, 'root');
  const records = readFileSync(join(database, 'status'), 'utf8').split('\n\n');
  const nameOf = (record: string) => /^Package: (.+)$/m.exec(record)?.[1] ?? '';
  const names = new Set(wanted.split(' '));
  const kept = records.filter((record) => names.has(nameOf(record)) && /^Status: install ok installed$/m.test(record));
  mkdirSync(join(path, database, 'info'), { recursive: true });
  mkdirSync(join(path, 'etc'), { recursive: true });
  writeFileSync(join(path, database, 'status'), kept.map((record) => `${record.trim()}\n\n`).join(''));
  copyFileSync('/etc/os-release', join(path, 'etc/os-release'));
  const files = new Set<string>();
  for (const record of kept) {
    const list = listOf(nameOf(record), /^Architecture: (.+)$/m.exec(record)?.[1] ?? '');
    copyFileSync(list, join(path, database, 'info', basename(list)));
    for (const file of readFileSync(list, 'utf8').split('\n')) if (isKept(file)) files.add(whereItIs(file));
  }
  writeFileSync(join(folder, 'files'), [...files].map((file) => `${file.slice(1)}\n`).join(''));
  const copy = `tar -C / --no-recursion -cf - -T '${folder}/files' | tar -C '${path}' -xf -`;
  execFileSync('sh', ['-ec', copy], { stdio: 'pipe' });
  return { path, packages: kept.map(nameOf) };
}

function listOf(name: string, architecture: string): string {
  const [plain, qualified] = [name, `${name}:${architecture}`].map((one) => join(database, 'info', `${one}.list`));
  return lstatSync(plain ?? '', { throwIfNoEntry: false }) ? (plain ?? '') : (qualified ?? '');
}

function isKept(path: string): boolean {
  if (path === '' || path.startsWith('/usr/share/doc/') || path.startsWith('/usr/share/locale/')) return false;
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true || stat?.isSymbolicLink() === true;
}

/** Packages name /lib and /bin, which are links to folders. */
function whereItIs(path: string): string {
  return join(realpathSync(dirname(path)), basename(path));
}

/** Makes `image` out of the tree by programs of others. */
export function packBy(folder: string, commands: string): Buffer {
  const env = { ...process.env, PATH: toolPath().join(':') };
  execFileSync('sh', ['-ec', `rm -f image\n${commands}`], { cwd: folder, env, stdio: 'pipe' });
  return readFileSync(join(folder, 'image'));
}
