import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where checksec looks for the C library whose functions it counts, in its order, as far as Debian has such places. */
const places = [
  '/lib/libc.so.6',
  '/lib64/libc.so.6',
  '/lib/i386-linux-gnu/libc.so.6',
  '/lib/x86_64-linux-gnu/libc.so.6',
  '/lib/arm-linux-gnueabihf/libc.so.6',
  '/lib/aarch64-linux-gnu/libc.so.6',
];

/** The functions of this system's C library that have a checked twin, as readelf tells them. */
export async function checkedFunctions(): Promise<ReadonlySet<string>> {
  const place = places.find((path) => existsSync(path));
  assert.ok(place, 'this system has a C library');
  const { stdout } = spawnSync('readelf', ['-W', '--dyn-syms', place], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const names = [...stdout.matchAll(/__([a-z0-9_]+?)_chk@@/g)].map(([, name = '']) => name.replace(/^_+/, ''));
  return new Set(names.filter((name) => name !== ''));
}
