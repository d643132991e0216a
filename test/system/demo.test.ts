import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDesk, until } from './cli-support.ts';

const leftOvers = async (folder: string) => (await readdir(folder)).filter((name) => name.startsWith('fettle-demo-'));

test('the demo ends as told, with exit code 0, and leaves nothing behind', async () => {
  const desk = await openDesk();
  try {
    const demo = desk.start('demo', '--once');
    const { code } = await demo.ended;
    assert.equal(code, 0, demo.said().slice(-4_000));
    assert.match(demo.said().trimEnd().split('\n').at(-1) ?? '', /^demo: ok in \d+ s$/);
    assert.deepEqual(await leftOvers(desk.folder), []);
  } finally {
    await desk.leave();
  }
});

test('Ctrl-C in the middle of the demo ends every program and removes everything', async () => {
  const desk = await openDesk();
  try {
    const demo = desk.start('demo');
    await until('devices are being enrolled', () => demo.said().includes('3 boards'));
    const [folder = ''] = await leftOvers(desk.folder);
    demo.child.kill('SIGINT');
    assert.deepEqual(await demo.ended, { code: 130, signal: null }, demo.said().slice(-2_000));
    assert.deepEqual(await leftOvers(desk.folder), []);
    assert.deepEqual(await programsOf(folder), [], 'no program of the demo is left');
  } finally {
    await desk.leave();
  }
});

test('a program that dies fails the demo at once, and the rest is ended and removed', async () => {
  const desk = await openDesk();
  try {
    const demo = desk.start('demo', '--once');
    await until('devices are being enrolled', () => demo.said().includes('3 boards'));
    const [folder = ''] = await leftOvers(desk.folder);
    const [simulator = ''] = await programsOf(join(folder, 'claim.token'));
    assert.match(simulator, /^[1-9]\d*$/);
    process.kill(Number(simulator), 'SIGKILL');
    assert.equal((await demo.ended).code, 8, demo.said().slice(-2_000));
    assert.match(demo.said(), /The program simulator ended \(signal SIGKILL\)/);
    assert.deepEqual(await leftOvers(desk.folder), []);
    assert.deepEqual(await programsOf(folder), []);
  } finally {
    await desk.leave();
  }
});

/** Process ids whose command line names the folder. */
async function programsOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (folder !== '' && line.includes(folder)) found.push(pid);
  }
  return found;
}
