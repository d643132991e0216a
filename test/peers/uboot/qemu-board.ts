import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encodeEnvironment } from '@fettle/images';
import { run } from './fw-tools.ts';

/** Debian's U-Boot for QEMU's "virt" board: nobody here wrote it, so it may judge. */
export const ubootBinary = '/usr/lib/u-boot/qemu_arm/u-boot.bin';
export const ubootTools = ['qemu-system-arm', 'mkimage', 'mcopy', 'mkfs.fat', 'sfdisk', ubootBinary];

const flashBytes = 64 * 1024 * 1024;
const nativeEnvBytes = 0x40000;
const partitionOffsetBytes = 1024 * 1024;
const bootTimeoutMs = 60_000;
const scripts = join(import.meta.dirname, 'boot');

export type EnvPlace = 'pair' | 'fat';

export interface QemuBoard {
  /** fw_env.config for this board; for `fat` it names the copy that `pull` and `push` move. */
  readonly config: string;
  readonly disk: string;
  /** Boots until U-Boot switches the board off. */
  boot(): Promise<Boot>;
  /** Boots, lets U-Boot save over and over, and pulls the plug after that many saves and a moment. */
  bootAndCut(saves: number, momentMs: number): Promise<string>;
  /** Takes the environment file off the FAT file system; false when the file system has lost it. */
  pull(): boolean;
  /** Puts the environment file onto the FAT file system. Where there is none, `pull` and `push` have nothing to do. */
  push(): void;
}

export interface Boot {
  readonly slot: string;
  readonly copy: string;
  readonly console: string;
}

/** Makes flash and disk images with a boot script for the A/B contract of a profile. */
export function makeQemuBoard(
  folder: string,
  place: EnvPlace,
  contract: { profile: string; names: string },
): QemuBoard {
  mkdirSync(folder, { recursive: true });
  const disk = join(folder, 'disk.img');
  const partition = join(folder, 'partition.img');
  const envFile = join(folder, 'uboot.env');
  const parts = [`load-${place}.cmd`, `decide-${contract.profile}.cmd`, 'start.cmd'];
  const script = parts.map((part) => readFileSync(join(scripts, part), 'utf8')).join('');
  writeFileSync(join(folder, 'boot.cmd'), `setenv names "${contract.names}"\nsetenv slot none\n${script}`);
  run('mkimage', ['-A', 'arm', '-T', 'script', '-C', 'none', '-d', join(folder, 'boot.cmd'), join(folder, 'boot.scr')]);
  run('mkfs.fat', ['-F', '16', '-s', '1', '-C', partition, '7168']);
  run('mcopy', ['-i', partition, join(folder, 'boot.scr'), '::boot.scr']);
  writeFileSync(join(folder, 'partitions'), '2048,,e,*\n');
  writeSparse(disk, partitionOffsetBytes + 7168 * 1024, partitionOffsetBytes, readFileSync(partition));
  run('sh', ['-c', 'sfdisk -q "$1" < "$2"', 'sh', disk, join(folder, 'partitions')]);
  writeSparse(join(folder, 'flash-0.img'), flashBytes, 0, readFileSync(ubootBinary));

  const config = join(folder, 'fw_env.config');
  writeFileSync(
    config,
    place === 'pair' ? `${disk} 0x8000 0x4000\n${disk} 0x10000 0x4000\n` : `${envFile} 0x0 0x4000\n`,
  );
  return {
    config,
    disk,
    boot: async () => readBoot(await bootOnce(folder, false, () => false)),
    bootAndCut: (saves, momentMs) => bootOnce(folder, true, (text) => countSaves(text) >= saves, momentMs),
    pull: () => place === 'pair' || tryRun(['-n', '-o', '-i', `${disk}@@1M`, '::uboot.env', envFile]),
    push: () => {
      if (place === 'fat') run('mcopy', ['-o', '-i', `${disk}@@1M`, envFile, '::uboot.env']);
    },
  };
}

/** Runs QEMU once and gives the console; `enough` decides on the console's text that the plug gets pulled. */
async function bootOnce(
  folder: string,
  storm: boolean,
  enough: (text: string) => boolean,
  momentMs = 0,
): Promise<string> {
  const flash1 = join(folder, 'flash-1.img');
  writeSparse(flash1, flashBytes, 0, nativeEnvironment(storm));
  const drive = (type: string, file: string) => ['-drive', `if=${type},format=raw,file=${file}`];
  const args = ['-M', 'virt', '-nographic', '-net', 'none', ...drive('pflash', join(folder, 'flash-0.img'))];
  args.push(...drive('pflash', flash1), ...drive('none', `${join(folder, 'disk.img')},id=d0`));
  args.push('-device', 'virtio-blk-device,drive=d0');
  const qemu = spawn('qemu-system-arm', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let pulled = false;
  const add = (chunk: Buffer) => {
    text += chunk.toString('latin1');
    if (pulled || !enough(text)) return;
    pulled = true;
    setTimeout(() => qemu.kill('SIGKILL'), momentMs);
  };
  qemu.stdout.on('data', add);
  qemu.stderr.on('data', add);
  const late = setTimeout(() => qemu.kill('SIGKILL'), bootTimeoutMs);
  const code = await ended(qemu);
  clearTimeout(late);
  if (pulled || code === 0) return text;
  throw new Error(`QEMU did not switch off within ${bootTimeoutMs} ms or failed (${code}); its console:\n${text}`);
}

// U-Boot reads this one by itself, from flash: the command comes to it through an environment that our codec wrote.
function nativeEnvironment(storm: boolean): Uint8Array {
  const bootcmd = 'virtio scan; load virtio 0:1 0x40200000 boot.scr && source 0x40200000; poweroff';
  const variables = new Map([
    ['bootdelay', '-2'],
    ['bootcmd', bootcmd],
    ['storm', storm ? '1' : '0'],
  ]);
  return encodeEnvironment(variables, { form: 'single', sizeBytes: nativeEnvBytes });
}

function tryRun(mcopyArgs: readonly string[]): boolean {
  try {
    run('mcopy', mcopyArgs);
    return true;
  } catch {
    return false;
  }
}

function readBoot(console: string): Boot {
  const booted = /^BOOTED copy=(\S*) slot=(\S*)/m.exec(console);
  if (!booted?.[1] || !booted[2]) throw new Error(`U-Boot did not start a slot; its console:\n${console}`);
  if (!console.includes('Loading Environment from Flash... OK'))
    throw new Error(`U-Boot refused its own environment:\n${console}`);
  return { copy: booted[1], slot: booted[2], console };
}

function countSaves(text: string): number {
  return text.split(/^SAVED /m).length - 1;
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code));
  });
}

function writeSparse(path: string, sizeBytes: number, offsetBytes: number, content: Uint8Array): void {
  const file = openSync(path, 'w');
  writeSync(file, content, 0, content.length, offsetBytes);
  closeSync(file);
  truncateSync(path, sizeBytes);
}
