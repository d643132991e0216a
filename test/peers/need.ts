import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Whether the tools that a peer test judges with are installed: names are looked up in PATH, absolute paths as they are.
 * With FETTLE_PEERS=required a missing tool is an error; else it says loudly which tests are left out.
 */
export function need(tests: string, tools: readonly string[]): boolean {
  const missing = tools.filter((tool) => !isInstalled(tool));
  if (missing.length === 0) return true;
  const message = `the peer tests "${tests}" need ${missing.join(', ')}: install with "apt-get install ${packagesOf(missing)}"`;
  if (process.env.FETTLE_PEERS === 'required') throw new Error(`FETTLE_PEERS=required, but ${message}.`);
  process.stderr.write(`\n*** LEFT OUT: ${message}. ***\n\n`);
  return false;
}

// Debian's packages; administrators' tools are often outside the PATH of a plain user.
const debianPackages: Readonly<Record<string, string>> = {
  fw_printenv: 'libubootenv-tool',
  fw_setenv: 'libubootenv-tool',
  mkimage: 'u-boot-tools',
  readelf: 'binutils',
  puttygen: 'putty-tools',
  'ssh-keygen': 'openssh-client',
  gpg: 'gnupg',
  gpgconf: 'gnupg',
  objcopy: 'binutils',
  rpmbuild: 'rpm',
  'mkfs.ext4': 'e2fsprogs',
  busybox: 'busybox-static',
  fwupdtool: 'fwupd',
  dumpimage: 'u-boot-tools',
  mcopy: 'mtools',
  'mkfs.fat': 'dosfstools',
  sfdisk: 'fdisk',
  'qemu-system-arm': 'qemu-system-arm',
  initdb: 'postgresql',
  'softhsm2-util': 'softhsm2',
  '/usr/lib/softhsm/libsofthsm2.so': 'softhsm2',
  'pkcs11-tool': 'opensc',
  'c++': 'g++',
  mksquashfs: 'squashfs-tools',
  go: 'golang-go',
  '/usr/share/gocode/src/golang.org/x/mod/sumdb/note/note.go': 'golang-golang-x-mod-dev',
  '/usr/lib/u-boot/qemu_arm/u-boot.bin': 'u-boot-qemu',
  '/usr/lib/python3/dist-packages/securesystemslib/formats.py': 'python3-securesystemslib',
  '/usr/lib/python3/dist-packages/packaging/version.py': 'python3-packaging',
};

function packagesOf(tools: readonly string[]): string {
  return [...new Set(tools.map((tool) => debianPackages[tool] ?? tool))].join(' ');
}

function isInstalled(tool: string): boolean {
  if (isAbsolute(tool)) return isReadable(tool, constants.R_OK);
  return toolPath().some((folder) => isReadable(join(folder, tool), constants.X_OK));
}

/** Where peers' tools are looked for: PATH and the folders for administrators. */
export function toolPath(): readonly string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...new Set([...folders, '/usr/local/sbin', '/usr/sbin', '/sbin'])];
}

function isReadable(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
