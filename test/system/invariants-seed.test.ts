import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createWorldSimulation } from '../../packages/simulator/src/world/index.ts';
import { openMemoryStore } from './invariants/memory-store.ts';
import { worldOf } from './invariants/run-worlds.ts';

const program = fileURLToPath(new URL('./invariants/print-digest.ts', import.meta.url));
const numbers = [1, 7, 30];

async function runWorld(number: number) {
  const simulation = await createWorldSimulation({ plan: worldOf(number), openStore: openMemoryStore, log: 'all' });
  return simulation.run();
}

test('the same seed gives the same event log, byte for byte', async () => {
  for (const number of numbers) {
    const [first, second] = [await runWorld(number), await runWorld(number)];
    assert.ok(first.lines.length > 100, `${first.lines.length} lines`);
    assert.deepEqual(second.lines, first.lines);
    assert.equal(second.digest, first.digest);
    const text = first.lines.map((line) => `${line}\n`).join('');
    assert.equal(first.digest, createHash('sha256').update(text).digest('hex'));
  }
});

test('it is the same in another process, and another seed gives another', async () => {
  const digests = new Set<string>();
  for (const number of numbers) {
    const { digest } = await runWorld(number);
    const { stdout } = await promisify(execFile)(process.execPath, [program, String(number)]);
    assert.equal(stdout.trim(), digest);
    digests.add(digest);
  }
  assert.equal(digests.size, numbers.length);
});
