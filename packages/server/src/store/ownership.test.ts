import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { takeOwnership } from './ownership.ts';

const holder = `
  const { takeOwnership } = await import(process.argv[1]);
  try {
    // Held on to: what nobody refers to is closed when memory is collected.
    globalThis.held = takeOwnership(process.argv[2]);
    process.stdout.write('mine');
    setInterval(() => {}, 1_000);
  } catch (error) {
    process.stdout.write(error.code);
  }`;

function hold(file: string) {
  const script = join(import.meta.dirname, 'ownership.ts');
  const child = spawn(process.execPath, ['--input-type=module', '-e', holder, script, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Asked for at once: a child may be gone before anybody who heard it speak gets to wait for its end.
  return { child, said: once(child.stdout, 'data').then(String), closed: once(child, 'close') };
}

it('keeps a second process out until the first lets go or is killed', async (test) => {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-owner-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'fettle.db');

  const mine = takeOwnership(file);
  const second = hold(file);
  assert.equal(await second.said, 'wrong-state');
  await second.closed;

  mine.release();
  const third = hold(file);
  test.after(() => third.child.kill('SIGKILL'));
  assert.equal(await third.said, 'mine');
  assert.throws(() => takeOwnership(file), { code: 'wrong-state' });
  third.child.kill('SIGKILL');
  await third.closed;

  takeOwnership(file).release();
});
