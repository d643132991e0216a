import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { processRunner } from './runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'fettle-runner-'));
after(() => rmSync(folder, { recursive: true }));
const shell = (script: string, timeoutMs = 10_000, signal = new AbortController().signal) =>
  processRunner(folder).run({ command: ['/bin/sh', '-c', script], timeoutMs, signal });

describe('runner', () => {
  test('a program that ends with 0, in the folder of the configuration', async () => {
    assert.deepEqual(await shell('pwd'), { ended: 'ok', output: folder, stdout: `${folder}\n` });
  });

  test('a program that fails tells its exit code and what it said', async () => {
    assert.deepEqual(await shell('echo out; echo err >&2; exit 3'), {
      ended: 'failed',
      message: 'ended with exit code 3',
      output: 'out\nerr',
    });
  });

  test('a program that hangs is killed with its children', async () => {
    const result = await shell('sleep 600 & echo $! > child; wait', 300);
    assert.equal(result.ended, 'timed-out');
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
    const end = Date.now() + 5_000;
    while (isRunning(child)) {
      assert.ok(Date.now() < end, 'the child outlived its group');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });

  test('an answer is read whole, and without what goes to standard error', async () => {
    const result = await shell('for i in 1 2 3 4 5 6 7; do head -c 1000 /dev/zero | tr "\\0" $i; done; echo err >&2');
    const answer = [1, 2, 3, 4, 5, 6, 7].map((digit) => String(digit).repeat(1_000)).join('');
    assert.equal(result.ended === 'ok' && result.stdout, answer);
  });

  test('a child that keeps the output open does not keep the agent waiting', async () => {
    const result = await shell('sleep 600 & echo $! > child; echo done');
    assert.equal(result.ended === 'ok' && result.stdout, 'done\n');
    process.kill(Number(readFileSync(join(folder, 'child'), 'utf8')), 'SIGKILL');
  });

  test('a program that is not there', async () => {
    const signal = new AbortController().signal;
    const result = await processRunner(folder).run({ command: ['/no/such/program'], timeoutMs: 1_000, signal });
    assert.equal(result.ended, 'not-started');
  });

  test('a stop ends the program', async () => {
    const stop = new AbortController();
    const running = shell('echo up > up; sleep 600', 60_000, stop.signal);
    const end = Date.now() + 5_000;
    while (!existsSync(join(folder, 'up'))) {
      assert.ok(Date.now() < end);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    stop.abort();
    assert.equal((await running).ended, 'stopped');
  });

  test('a program that talks without end costs no memory', async () => {
    const result = await shell('head -c 3000000 /dev/zero | tr "\\0" x; echo end');
    assert.equal(result.ended, 'ok');
    assert.ok(result.output.length <= 2_000 && result.output.endsWith('end'));
    assert.equal(result.ended === 'ok' && result.stdout, undefined);
  });
});

/** A zombie that nobody has waited for yet counts as ended. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
